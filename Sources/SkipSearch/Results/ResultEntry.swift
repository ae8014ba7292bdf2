import DraftEvaluation
import Files
import Inference

/// A set worth knowing: one of the best, or of the front of acceptance against draft cost.
public struct ResultEntry: Hashable, Sendable {
  /// From 1, by the speedup on calibration prompts; sets measured on held-out prompts first. The order
  /// is not the held-out prompts', so that their figures are not those of the luckiest.
  public var rank: Int
  /// The trial's number.
  public var trial: Int
  /// The measurement on the calibration prompts: the trial's, or, of the best few sets, a new one
  /// with the best draft settings that the set tried.
  public var calibration: Evaluation
  /// The measurement on held-out prompts; nil where there was none.
  public var heldOut: Evaluation?

  /// A complete replay of the calibration prompts: exact counts, modelled seconds; nil where there was
  /// none.
  public var replay: Evaluation?

  /// Collects the figures of an entry.
  public init(
    rank: Int, trial: Int, calibration: Evaluation, heldOut: Evaluation?,
    replay: Evaluation? = nil
  ) {
    self.rank = rank
    self.trial = trial
    self.calibration = calibration
    self.heldOut = heldOut
    self.replay = replay
  }

  /// The measurement that counts: on held-out prompts where there is one.
  public var decisive: Evaluation { heldOut ?? calibration }

  /// Whether the set is faster than plain decoding beyond doubt: the lower end of its decisive 95%
  /// interval is above 1.
  public var beatsPlainDecoding: Bool {
    guard let interval = decisive.speedup?.interval else { return false }
    return interval.lowerBound > 1
  }
}

extension ResultEntry {
  /// The contract's `entry`.
  public var json: JSON {
    [
      "rank": .integer(rank), "trial": .integer(trial),
      "skip_layer_ids": calibration.draft.model.skip.json,
      "draft": calibration.draft.stop.json,
      "draft_token_count": .integer(calibration.draftTokenCount),
      "accepted_draft_token_count": .integer(calibration.acceptedDraftTokenCount),
      "target_model_call_count": .integer(calibration.targetModelCallCount),
      "acceptance_rate": .number(calibration.acceptanceRate),
      "tokens_per_second": .number(calibration.tokensPerSecond),
      "speedup": .number(calibration.speedup?.speedup),
      "speedup_ci95": .interval(calibration.speedup?.interval),
      "draft_cost_ratio": .number(calibration.draftCostRatio),
      "held_out": heldOut.map { held in
        [
          "prompts": .integer(held.promptCount),
          "acceptance_rate": .number(held.acceptanceRate),
          "tokens_per_second": .number(held.tokensPerSecond),
          "speedup": .number(held.speedup?.speedup),
          "speedup_ci95": .interval(held.speedup?.interval),
          "plain_tokens_per_second": .number(held.plainTokensPerSecond),
          "seconds": .double(held.seconds),
          "samples": DecodingSample.json(held.samples),
        ]
      } ?? .null,
      "replay": replay.map { replay in
        [
          "prompts": .integer(replay.promptCount),
          "acceptance_rate": .number(replay.acceptanceRate),
          "tokens_per_second": .number(replay.tokensPerSecond),
          "speedup": .number(replay.speedup?.speedup),
          "seconds": .double(replay.seconds),
          "samples": DecodingSample.json(replay.samples),
        ]
      } ?? .null,
      "seconds": .double(calibration.seconds),
      "samples": DecodingSample.json(calibration.samples),
    ]
  }

  /// Reads what `json` writes.
  ///
  /// - Parameter layerCount: the model's layers.
  init(_ field: JSONField, layerCount: Int) throws(InputError) {
    let candidate = Draft(
      skip: try SkipSet(try field.required("skip_layer_ids"), layerCount: layerCount),
      stop: try StopRule(try field.required("draft")))
    self.init(
      rank: try field.required("rank").integer(in: 1 ... .max),
      trial: try field.required("trial").integer(in: 0 ... .max),
      calibration: Evaluation(
        draft: candidate,
        samples: try DecodingSample.samples(try field.required("samples")),
        stoppedEarly: false, seconds: try field.required("seconds").nonnegative()),
      heldOut: try field.optional("held_out") { held throws(InputError) in
        try Self.evaluation(held, candidate)
      },
      replay: try field.optional("replay") { replay throws(InputError) in
        try Self.evaluation(replay, candidate)
      })
  }

  private static func evaluation(
    _ field: JSONField, _ candidate: Draft
  ) throws(InputError) -> Evaluation {
    Evaluation(
      draft: candidate, samples: try DecodingSample.samples(try field.required("samples")),
      seconds: try field.required("seconds").nonnegative())
  }
}
