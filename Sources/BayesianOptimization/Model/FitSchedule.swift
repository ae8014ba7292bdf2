/// When hyper-parameters are fitted again, and from where: a fit costs O(n³), and later ones change
/// little.
enum FitSchedule {
  /// Up to so many observations there is a fit after each.
  private static let denseCount = 60
  /// Later one after a fortieth as many as there are, but not before so many.
  private static let sparseInterval = 5
  private static let sparseShare = 40
  /// An observation so many standard deviations off is a surprise that calls for a fit at once.
  private static let surprise = 3.0
  /// Every so many observations a fit starts from the priors' modes too, to leave a mode that more
  /// data have made a poor one.
  private static let freshStartInterval = 4

  /// Whether a fit is due after a new observation.
  ///
  /// - Parameters:
  ///   - count: of observations.
  ///   - countAtFit: at the last fit.
  ///   - deviation: how far the observation lies from its prediction, in standard deviations of
  ///     that.
  static func isDue(count: Int, countAtFit: Int, deviation: Deviation) -> Bool {
    let interval = count <= denseCount ? 1 : max(sparseInterval, count / sparseShare)
    return count - countAtFit >= interval || abs(deviation.error) > surprise * deviation.spread
  }

  /// Whether a fit is due after another observation of a known point.
  static func isDueAfterMerge(count: Int) -> Bool { count <= denseCount }

  /// Whether the fit starts from the priors' modes as well as from the last fit.
  static func startsAfresh(count: Int, countAtFit: Int) -> Bool {
    count % freshStartInterval == 0 || countAtFit == 0
  }

  /// An observation less its prediction, and the standard deviation of that difference.
  struct Deviation {
    let error: Double
    let spread: Double
  }
}
