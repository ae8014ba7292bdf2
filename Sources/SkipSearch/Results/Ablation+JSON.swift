import DraftEvaluation
import Files
import Inference

extension Ablation: LayeredRecord {
  /// An element of a result's `ablation`.
  package static func record(
    _ member: JSONMembers<Ablation>, layerCount: Int?
  ) throws(InputError) -> Ablation {
    let name = try member("name", \.name, .name(of: "ablation"))
    // Its vocabulary, where it has one, is the best draft's.
    let draft = try Draft.record(member.part(\.draft.withoutTokens), layerCount: layerCount)
    let heldOut = try member(
      "held_out", \.heldOut,
      .object { member throws(InputError) in
        member.figures(
          .prompts, .acceptanceRate, .tokensPerSecond, .speedup, .speedupInterval)
        let seconds = try member("seconds", \.seconds, .seconds)
        let samples = try member("samples", \.samples, DecodingSample.columns)
        return Evaluation(draft: draft, samples: samples, seconds: seconds)
      })
    return Ablation(name: name, heldOut: heldOut)
  }
}
