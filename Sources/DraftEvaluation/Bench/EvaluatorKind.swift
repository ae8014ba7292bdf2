/// How trials are evaluated.
public enum EvaluatorKind: String, Sendable, CaseIterable {
  /// Replay for trials, real decoding for the best few, and a check that both agree.
  case auto
  /// Replaying drafts along the full model's known output, with modelled times.
  case replay
  /// Really decoding the calibration prompts, plainly and speculatively in turn.
  case decode
}
