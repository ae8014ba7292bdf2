import DraftEvaluation
import Files
import Inference

/// Decodes with and without the draft, in turn.
struct DecodingMode: EvaluationMode {
  let decoder: DraftDecoder
  /// The rule of drafts without one.
  let standard: StopRule
  private var turn = 0

  init(decoder: DraftDecoder, standard: StopRule) {
    self.decoder = decoder
    self.standard = standard
  }

  mutating func evaluate(
    _ model: DraftModel, _ rule: StopRule?, needing needs: ReplayNeeds, until stop: StopSignal
  ) throws(EvaluationError) -> JSON {
    turn += 1
    let draft = Draft(model: model, stop: rule ?? standard)
    return try decoder.evaluate(draft, turn: turn, until: stop).line
  }
}
