import DraftEvaluation
import Files
import Inference

extension ResultEntry: LayeredRecord {
  /// The contract's `entry`.
  package static func record(
    _ member: JSONMembers<ResultEntry>, layerCount: Int?
  ) throws(InputError) -> ResultEntry {
    let calibration = member.part(\.calibration)
    let rank = try member("rank", \.rank, .integer(in: 1...(1 << 40)))
    let trial = try member("trial", \.trial, .integer(in: 0...(1 << 40)))
    // The tokens of a draft vocabulary take a hundred kilobytes: only of the drafts that were
    // measured again, and of the first few, one of which is the best where none was.
    let draft = try Draft.record(
      member.part {
        $0.heldOut == nil && $0.rank > 4 ? $0.calibration.draft.withoutTokens : $0.calibration.draft
      },
      layerCount: layerCount)
    calibration.figures(
      .drafted, .accepted, .calls, .acceptanceRate, .tokensPerSecond, .speedup,
      .speedupInterval, .draftCostRatio)
    let heldOut = try member(
      "held_out", \.heldOut,
      .nullable(
        .object { member throws(InputError) in
          member.figures(
            .prompts, .acceptanceRate, .tokensPerSecond, .speedup, .speedupInterval,
            .plainTokensPerSecond)
          return try Self.measurement(of: draft, member)
        }))
    let replay = try member(
      "replay", \.replay,
      .nullable(
        .object { member throws(InputError) in
          member.figures(.prompts, .acceptanceRate, .tokensPerSecond, .speedup)
          return try Self.measurement(of: draft, member)
        }))
    return ResultEntry(
      rank: rank, trial: trial, calibration: try measurement(of: draft, calibration),
      heldOut: heldOut, replay: replay)
  }

  private static func measurement(
    of draft: Draft, _ member: JSONMembers<Evaluation>
  ) throws(InputError) -> Evaluation {
    let seconds = try member("seconds", \.seconds, .seconds)
    let samples = try member("samples", \.samples, DecodingSample.columns)
    return Evaluation(draft: draft, samples: samples, seconds: seconds)
  }
}
