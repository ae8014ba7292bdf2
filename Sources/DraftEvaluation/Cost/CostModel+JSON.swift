import Files
import Inference

extension CostModel: JSONRecord {
  /// `cost_model` of result file and journal; all times in seconds.
  package static func record(
    _ member: JSONMembers<CostModel>
  ) throws(InputError) -> CostModel {
    let shape = try DraftShape.record(member.part(\.shape))
    let plain = try member("plain_seconds", \.plain, .positiveSeconds)
    let plainContext = try member("plain_context_seconds", \.plainContext, .cost)
    let firstStep = try member("first_draft_step", \.firstStep, DraftStep.codec)
    let laterStep = try member("later_draft_step", \.laterStep, DraftStep.codec)
    let verification = try member(
      "verification_seconds_by_rows", \.verification,
      .array(of: .positiveSeconds).checked("expected one number for each number of rows") {
        !$0.isEmpty
      })
    let verificationContext = try member(
      "verification_context_seconds", \.verificationContext, .cost)
    let meanContext = try member(
      "mean_context", \.meanContext, .number(in: 0...1e9, of: "positions"))
    let residuals = try member("relative_residuals", \.residuals, Residuals.codec)
    return CostModel(
      shape: shape, plain: plain, plainContext: plainContext, firstStep: firstStep,
      laterStep: laterStep, verification: verification,
      verificationContext: verificationContext, residuals: residuals, meanContext: meanContext)
  }
}

extension CostModel.Residuals: JSONRecord {
  package static func record(
    _ member: JSONMembers<CostModel.Residuals>
  ) throws(InputError) -> CostModel.Residuals {
    CostModel.Residuals(
      plain: try member("plain", \.plain, .number(in: 0...1e9)),
      draft: try member("draft", \.draft, .number(in: 0...1e9)),
      verification: try member("verification", \.verification, .number(in: 0...1e9)),
      passes: try member("passes", \.passes, .integer(in: 0...(1 << 40))))
  }
}

extension DraftShape: JSONRecord {
  /// `layers`, `attention_bytes` and `mlp_bytes`, and what schema 1 does not have.
  package static func record(
    _ member: JSONMembers<DraftShape>
  ) throws(InputError) -> DraftShape {
    let layerCount = try member("layers", \.layerCount, .integer(in: 1...SkipSet.layerLimit))
    // Without it no draft knew fewer tokens than all.
    let vocabularySize = try member(
      "vocabulary_size", \.vocabularySize, .integer(in: 1...(1 << 32)).ifAbsent(1))
    let attentionBytes = try member("attention_bytes", \.attentionBytes, .bytes)
    let mlpBytes = try member("mlp_bytes", \.mlpBytes, .bytes)
    let copyRatios = try member(
      "copy_ratios", \.copyRatios,
      JSONCodec.byPrecision(.number(in: 1e-3...1e3, of: "a ratio")).ifAbsent([:]))
    return DraftShape(
      layerCount: layerCount, vocabularySize: vocabularySize, attentionBytes: attentionBytes,
      mlpBytes: mlpBytes, copyRatios: copyRatios)
  }
}

extension JSONCodec<Double> {
  /// Seconds for each of something: a coefficient of costs.
  static var cost: JSONCodec { number(in: 0...1e9, of: "seconds") }
  /// Bytes of weights.
  static var bytes: JSONCodec { number(in: 0...1e18, of: "bytes") }
}
