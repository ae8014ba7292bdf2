/// How many drafts can be measured again before a deadline, judged from plain decoding of a prompt.
struct FinalsBudget {
  /// When the last measurement ends.
  let end: Deadline
  private let secondsPerRun: Double
  private let hasRunoff: Bool
  private let isLimited: Bool

  /// Prompts of which a measurement decodes every draft, however little time there is.
  private static let leastPrompts = 4
  /// What a run may take over a plain one: prompts differ, and some drafts are slow.
  private static let slowest = 1.25
  /// The share of the time that is kept for finding stop rules.
  private static let settlingShare = 0.25

  /// - Parameters:
  ///   - secondsPerRun: what plain decoding of a prompt takes.
  ///   - hasRunoff: whether the best few decode prompts of the search too.
  ///   - isLimited: whether the study has a time limit; without one, a short search measures fewer
  ///     prompts, and not fewer drafts.
  init(end: Deadline, secondsPerRun: Double, hasRunoff: Bool, isLimited: Bool) {
    self.isLimited = isLimited
    self.end = end
    self.secondsPerRun = secondsPerRun * Self.slowest
    self.hasRunoff = hasRunoff
  }

  /// Seconds of one prompt, decoded plainly and with every draft.
  private func prompt(_ drafts: Int) -> Double { secondsPerRun * Double(1 + drafts) }

  /// The least that a measurement takes: one run to wake up, then a few prompts.
  private func least(_ drafts: Int) -> Double {
    secondsPerRun + Double(Self.leastPrompts) * prompt(drafts)
  }

  private func leastRunoff(_ drafts: Int) -> Double { hasRunoff ? least(drafts) : 0 }

  private func fits(_ seconds: Double) -> Bool { end.remaining.map { seconds <= $0 } ?? true }

  /// How many of the best few are measured again; one at least.
  func finalists(of wanted: Int) -> Int {
    guard isLimited else { return wanted }
    let affordable = (1...max(1, wanted)).last {
      fits((least($0) + leastRunoff($0)) / (1 - Self.settlingShare))
    }
    return min(wanted, affordable ?? 1)
  }

  /// How many ablations are measured beside them.
  func ablations(of wanted: Int, beside finalists: Int) -> Int {
    (0...wanted).last { fits(least(finalists + $0) + leastRunoff(finalists)) } ?? 0
  }

  /// When decoding held-out prompts has to begin.
  func measuringStart(_ finalists: Int) -> Deadline { end.earlier(by: least(finalists)) }

  /// When nothing more is tried with ablations.
  func ablationsEnd(_ finalists: Int) -> Deadline {
    measuringStart(finalists).earlier(by: leastRunoff(finalists))
  }

  /// Whether there is time to decode prompts of the search, with so many drafts measured on
  /// held-out prompts after it.
  func allowsRunoff(_ finalists: Int, before measured: Int? = nil) -> Bool {
    if let measured, !isLimited, measured == finalists { return true }
    return !end.isPassed && fits(leastRunoff(finalists) + (measured.map(least) ?? 0))
  }

  /// When no further prompt of the search is begun before held-out ones.
  func runoffEnd(before measured: Int) -> Deadline {
    end.earlier(by: least(measured) + prompt(measured))
  }

  /// How many steps a measurement will have that may end before it is through; a step decodes a
  /// prompt plainly and with every draft.
  ///
  /// - Parameters:
  ///   - total: what it has where there is time.
  ///   - seconds: what the steps took that are done.
  ///   - deadline: when no further one begins, after the first few.
  func steps(
    _ done: Int, of total: Int, seconds: Double, drafts: Int, until deadline: Deadline
  ) -> Int {
    guard done < total, let remaining = deadline.remaining else { return total }
    let each = done > 0 ? seconds / Double(done) : prompt(drafts)
    // One begins now, and one for each whole step's time that is left.
    let coming = 1 + min(Double(total), max(0, remaining) / max(each, 1e-9))
    return min(total, max(Self.leastPrompts, done + Int(coming)))
  }

  /// When no further held-out prompt is begun.
  func heldOutEnd(_ measured: Int) -> Deadline { end.earlier(by: prompt(measured)) }
}
