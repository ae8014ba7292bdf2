import DraftEvaluation

/// How long the measurements on held-out prompts take, judged from plain decoding.
struct ValidationPlan {
  private let secondsPerRepetition: Double
  private let tuningSeconds: Double
  private let wanted: Int

  init(_ settings: StudySettings, _ calibration: CalibrationDescription, _ baseline: Baseline) {
    let prompt = baseline.secondsPerPrompt
    // One plain run, the finalists and uniform skipping per prompt; a slow set takes longer.
    let runsPerPrompt = Double(settings.finalists + 2)
    secondsPerRepetition = prompt * Double(calibration.heldOutCount) * runsPerPrompt
    let prompts = Double(baseline.promptCount)
    if settings.evaluator == .decode {
      let alternatives =
        settings.draftStop == nil
        ? StopRuleGrid.alternatives(maximum: settings.draftMaximum).count : 0
      let runs =
        Double(alternatives * (settings.finalists + 1))
        + Double(Self.runoffRepetitions) * runsPerPrompt
      tuningSeconds = prompt * prompts * runs
    } else {
      // A complete replay takes about half as long as decoding does.
      tuningSeconds =
        prompt * prompts * Double(settings.finalists + 1) / 2
        + prompt * min(prompts, Double(StudyMeasures.checkedPrompts))
        * Double(Self.runoffRepetitions) * runsPerPrompt
    }
    wanted = settings.validationRepetitions
  }

  /// Repetitions of the measurement on calibration prompts that ranks the best few.
  static let runoffRepetitions = 2

  /// Seconds of a time limit to keep for them, a quarter at most, and together with the trial of
  /// draft settings, which comes before, two fifths.
  func reserve(of limit: Double) -> (validation: Double, total: Double) {
    let validation = min(limit / 4, secondsPerRepetition * Double(wanted))
    return (validation, min(limit * 0.4, validation + tuningSeconds))
  }

  /// The repetitions that the remaining seconds allow, at least one.
  func repetitions(within remaining: Double?) -> Int {
    guard let remaining, secondsPerRepetition > 0 else { return wanted }
    let affordable = remaining / secondsPerRepetition
    return affordable >= Double(wanted) ? wanted : max(1, Int(affordable))
  }
}
