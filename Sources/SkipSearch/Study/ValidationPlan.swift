/// How long the measurements on held-out prompts take, judged from plain decoding.
struct ValidationPlan {
  private let secondsPerRepetition: Double
  private let wanted: Int

  init(_ settings: StudySettings, _ calibration: CalibrationDescription, _ baseline: Baseline) {
    let runs = Double(settings.baselineRepetitions * baseline.promptCount + 1)
    // One plain run, the finalists and uniform skipping per prompt; a slow set takes longer.
    secondsPerRepetition =
      baseline.seconds / runs * Double(calibration.heldOutCount * (settings.finalists + 2))
    wanted = settings.validationRepetitions
  }

  /// Seconds of a time limit to keep for them: what they need, a quarter at most.
  func reserve(of limit: Double) -> Double {
    min(limit / 4, secondsPerRepetition * Double(wanted))
  }

  /// The repetitions that the remaining seconds allow, at least one.
  func repetitions(within remaining: Double?) -> Int {
    guard let remaining, secondsPerRepetition > 0 else { return wanted }
    let affordable = remaining / secondsPerRepetition
    return affordable >= Double(wanted) ? wanted : max(1, Int(affordable))
  }
}
