import Files
import Inference

extension Evaluation {
  /// What was measured, for programs: the line that `evaluate` prints.
  public var json: JSON {
    JSONMembers.write(self) { member throws(InputError) in
      try Self.line(member, layerCount: nil)
    }
  }

  /// The line of `evaluate` with the samples: an element of a result's `draft_trials`.
  package static func codec(layerCount: Int?) -> JSONCodec<Evaluation> {
    .object { member throws(InputError) in
      var evaluation = try line(member, layerCount: layerCount)
      evaluation.stoppedEarly = try member("stopped_early", \.stoppedEarly, .bool)
      evaluation.samples = try member("samples", \.samples, DecodingSample.columns)
      return evaluation
    }
  }

  private static func line(
    _ member: JSONMembers<Evaluation>, layerCount: Int?
  ) throws(InputError) -> Evaluation {
    let draft = try Draft.record(member.part(\.draft), layerCount: layerCount)
    member.figures(
      .prompts, .drafted, .accepted, .calls, .acceptanceRate, .acceptanceRateError,
      .tokensPerSecond, .plainTokensPerSecond, .speedup, .speedupInterval, .draftCostRatio)
    member.derived("chunks") { $0.chunks.map { JSON($0) } ?? .null }
    let seconds = try member("seconds", \.seconds, .seconds)
    return Evaluation(draft: draft, samples: [], seconds: seconds)
  }
}
