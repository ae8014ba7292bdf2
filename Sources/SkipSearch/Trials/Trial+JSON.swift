import BayesianOptimization
import DraftEvaluation
import Files
import Foundation
import Inference

extension Trial: LayeredRecord {
  /// An element of a result's `trials`, and a line of a journal.
  package static func record(
    _ member: JSONMembers<Trial>, layerCount: Int?
  ) throws(InputError) -> Trial {
    let evaluation = member.part(\.evaluation)
    let index = try member("index", \.index, .integer(in: 0...(1 << 40)))
    let origin = try member("origin", \.origin, .origin)
    let skip = try evaluation(
      "skip_layer_ids", \.draft.model.skip, SkipSet.codec(layerCount: layerCount))
    evaluation.figures(.acceptanceRate, .tokensPerSecond)
    let predicted = try member("predicted", \.predicted, .nullable(Prediction.codec))
    let seconds = try evaluation("seconds", \.seconds, .seconds)
    let optimizerSeconds = try member("optimiser_seconds", \.optimizerSeconds, .seconds)
    evaluation.figures(.speedup, .speedupInterval, .draftCostRatio)
    let stoppedEarly = try evaluation("stopped_early", \.stoppedEarly, .bool)
    let chunks = try evaluation("chunks", \.chunks, .nullable(.chunks))
    let objective = try member("objective", \.objective, Objective.codec)
    let draft = try evaluation(
      "draft", \.draft.withoutTokens, Draft.codec(skipping: skip, layerCount: layerCount))
    let samples = try evaluation("samples", \.samples, DecodingSample.columns)
    return Trial(
      index: index, origin: origin,
      evaluation: Evaluation(
        draft: draft, samples: samples, stoppedEarly: stoppedEarly, chunks: chunks,
        seconds: seconds),
      objective: objective, predicted: predicted, optimizerSeconds: optimizerSeconds)
  }
}

extension Trial.Prediction: JSONRecord {
  package static func record(
    _ member: JSONMembers<Trial.Prediction>
  ) throws(InputError) -> Trial.Prediction {
    member.derived("speedup") { .double(exp($0.logSpeedup)) }
    return Trial.Prediction(
      logSpeedup: try member("log_speedup", \.logSpeedup, .logSpeedup),
      standardDeviation: try member(
        "log_speedup_standard_deviation", \.standardDeviation, .number(in: 0...1e6)),
      expectedImprovement: try member(
        "expected_improvement", \.expectedImprovement, .nullable(.number(in: 0...1e100))))
  }
}

extension JSONCodec<TrialOrigin> {
  static var origin: JSONCodec {
    JSONCodec<String>.string.converted(read: { name, _ in TrialOrigin(name: name) }, write: \.name)
  }
}

extension JSONCodec<[Int]> {
  /// Numbers of chunks of positions, ascending.
  fileprivate static var chunks: JSONCodec {
    JSONCodec(
      read: { field throws(InputError) in
        Set(try field.integers(in: SharedChunks.range)).sorted()
      }, write: { JSON($0) })
  }
}
