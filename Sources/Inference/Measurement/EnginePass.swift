/// A kind of pass that can be timed by itself.
public enum EnginePass: Hashable, Sendable {
  /// One token through the full model.
  case decode
  /// One token through the draft model.
  case draft
  /// One token through a draft that skips nothing, all of it in one precision.
  case step(WeightPrecision)
  /// This many tokens through the full model, with logits for each.
  case verify(rows: Int)
  /// This many tokens through the full model, with logits for each, after a long text: from
  /// position `EngineTimer.farContext` on.
  case far(rows: Int)
  /// A prompt of `EngineTimer.prefillRows` tokens.
  case prefill
  /// Reading memory and nothing else.
  case read
}
