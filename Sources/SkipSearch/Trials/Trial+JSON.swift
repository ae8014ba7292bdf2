import BayesianOptimization
import DraftEvaluation
import Files
import Foundation
import Inference

extension Trial {
  /// An element of a result's `trials`, and a line of a journal.
  public var json: JSON {
    let evaluation = evaluation
    let draft: JSON = evaluation.draft.stop.json
    return [
      "index": .integer(index), "origin": .string(origin.name),
      "skip_layer_ids": evaluation.draft.model.skip.json,
      "acceptance_rate": .number(evaluation.acceptanceRate),
      "tokens_per_second": .number(evaluation.tokensPerSecond),
      "predicted": predicted.map {
        [
          "speedup": .double(exp($0.logSpeedup)), "log_speedup": .double($0.logSpeedup),
          "log_speedup_standard_deviation": .double($0.standardDeviation),
          "expected_improvement": .number($0.expectedImprovement),
        ]
      } ?? .null,
      "seconds": .double(evaluation.seconds),
      "optimiser_seconds": .double(optimiserSeconds),
      "speedup": .number(evaluation.speedup?.speedup),
      "speedup_ci95": .interval(evaluation.speedup?.interval),
      "draft_cost_ratio": .number(evaluation.draftCostRatio),
      "stopped_early": .bool(evaluation.stoppedEarly),
      "chunks": evaluation.chunks.map { JSON($0) } ?? .null,
      "objective": [
        "log_speedup": .double(objective.logSpeedup), "variance": .double(objective.variance),
      ],
      "draft": draft,
      "samples": DecodingSample.json(evaluation.samples),
    ]
  }

  /// Reads what `json` writes; figures that follow from the samples are computed again.
  public init(_ field: JSONField, layerCount: Int?) throws(InputError) {
    let candidate = Draft(
      skip: try SkipSet(try field.required("skip_layer_ids"), layerCount: layerCount),
      stop: try StopRule(try field.required("draft")))
    let objective = try field.required("objective")
    let chunks = try field.optional("chunks").map { field throws(InputError) in
      Set(try field.integers(in: SharedSample.numbers)).sorted()
    }
    let stoppedEarly = try field.required("stopped_early").bool()
    self.init(
      index: try field.required("index").integer(in: 0 ... .max),
      origin: TrialOrigin(name: try field.required("origin").string()),
      evaluation: Evaluation(
        draft: candidate,
        samples: try DecodingSample.samples(try field.required("samples")),
        stoppedEarly: stoppedEarly, chunks: chunks,
        seconds: try field.required("seconds").nonnegative()),
      objective: Objective(
        logSpeedup: try objective.required("log_speedup").double(),
        variance: try objective.required("variance").nonnegative(),
        // What a part tells is a difference from the best set's, whose places it did not see alone.
        chunks: stoppedEarly ? nil : chunks),
      predicted: try field.optional("predicted").map { field throws(InputError) in
        Prediction(
          logSpeedup: try field.required("log_speedup").double(),
          standardDeviation: try field.required("log_speedup_standard_deviation").nonnegative(),
          expectedImprovement: try field.optional("expected_improvement").map {
            improvement throws(InputError) in try improvement.nonnegative()
          })
      },
      optimiserSeconds: try field.required("optimiser_seconds").nonnegative())
  }
}
