import DraftEvaluation

/// How a study shares its time: when the search ends, when the best few have found their stop
/// rules, and how often they can be measured on held-out prompts, judged from plain decoding.
struct StudySchedule {
  /// When the whole study ends.
  let end: Deadline
  /// When no further trial begins.
  let searchEnd: Deadline
  /// When the best few try no further stop rule.
  let settlingEnd: Deadline
  private let secondsPerRepetition: Double
  private let wanted: Int

  /// Repetitions of the measurement on calibration prompts that ranks the best few: one before the
  /// held-out prompts, one after them.
  static let runoffRepetitions = 2
  /// The most of a time limit that is kept for the held-out prompts.
  private static let heldOutShare = 0.25
  /// The most that is kept for them and for what happens to the best few before.
  private static let finalsShare = 0.4

  /// - Parameter end: when the whole study ends, after `settings.timeLimit`.
  init(
    _ settings: StudySettings, _ calibration: CalibrationDescription, _ baseline: Baseline,
    until end: Deadline
  ) {
    let prompt = baseline.secondsPerPrompt
    // One plain run, the finalists and uniform skipping per prompt; a slow draft takes longer.
    let runsPerPrompt = Double(settings.finalists + 2)
    let finalists = Double(settings.finalists + 1)
    let repetition = prompt * Double(calibration.heldOutCount) * runsPerPrompt
    let prompts = Double(baseline.promptCount)
    let settling: Double
    let runoff: Double
    switch settings.evaluator {
    case .decode:
      settling = prompt * prompts * Double(settings.decodedRules.alternatives.count) * finalists
      runoff = prompt * prompts * Double(Self.runoffRepetitions) * runsPerPrompt
    case .auto, .replay:
      // A complete replay takes about half as long as decoding does.
      settling = prompt * prompts * finalists / 2
      runoff =
        prompt * min(prompts, Double(Benches.checkedPrompts)) * Double(Self.runoffRepetitions)
        * runsPerPrompt
    }
    secondsPerRepetition = repetition
    wanted = settings.validationRepetitions
    self.end = end
    let limit = settings.timeLimit ?? 0
    let validation = min(limit * Self.heldOutShare, repetition * Double(wanted))
    settlingEnd = end.earlier(by: validation)
    searchEnd = end.earlier(by: min(limit * Self.finalsShare, validation + settling + runoff))
  }

  /// The repetitions on held-out prompts that the remaining time allows, at least one.
  var validationRepetitions: Int {
    guard let remaining = end.remaining, secondsPerRepetition > 0 else { return wanted }
    let affordable = remaining / secondsPerRepetition
    return affordable >= Double(wanted) ? wanted : max(1, Int(affordable))
  }
}
