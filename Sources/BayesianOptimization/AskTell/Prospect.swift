import Statistics

/// What a method with a model believes of the best of all feasible points, tried or not: whether a
/// search can end where it wants to be, and what going on can still bring.
public struct Prospect: Sendable, Equatable {
  /// The probability that the true objective of some feasible point exceeds the threshold asked
  /// for.
  public let probabilityAbove: Double
  /// By how much the best of all points exceeds the recommended one, both by their true objectives,
  /// in the unit of the objective. No search finds more, and most find less.
  public let gain: Estimate
  /// The true objective of the best of all points.
  public let best: Estimate

  /// A mean with an interval that holds 95% of what is believed.
  public struct Estimate: Sendable, Equatable {
    /// The mean.
    public let mean: Double
    /// The 2.5% quantile.
    public let lower: Double
    /// The 97.5% quantile.
    public let upper: Double

    /// Of equally probable values, one at least.
    init(_ values: [Double]) {
      let sorted = values.sorted()
      mean = values.reduce(0, +) / Double(values.count)
      lower = quantile(0.025, ofSorted: sorted)
      upper = quantile(0.975, ofSorted: sorted)
    }
  }
}
