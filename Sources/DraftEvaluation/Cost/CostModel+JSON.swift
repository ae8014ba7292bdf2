import Files

extension CostModel: JSONRecord {
  /// `cost_model` of result file and journal; all times in seconds.
  package static func record(
    _ member: JSONMembers<CostModel>
  ) throws(InputError) -> CostModel {
    let shape = try DraftShape.record(member.part(\.shape))
    let plain = try member("plain_seconds", \.plain, .positive)
    let plainContext = try member("plain_context_seconds", \.plainContext, .nonnegative)
    let firstStep = try member("first_draft_step", \.firstStep, DraftStep.codec)
    let laterStep = try member("later_draft_step", \.laterStep, DraftStep.codec)
    let verification = try member(
      "verification_seconds_by_rows", \.verification,
      .array(of: .number).checked("expected positive numbers of seconds") {
        !$0.isEmpty && $0.allSatisfy { $0 > 0 }
      })
    let verificationContext = try member(
      "verification_context_seconds", \.verificationContext, .nonnegative)
    let meanContext = try member("mean_context", \.meanContext, .nonnegative)
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
      plain: try member("plain", \.plain, .nonnegative),
      draft: try member("draft", \.draft, .nonnegative),
      verification: try member("verification", \.verification, .nonnegative),
      passes: try member("passes", \.passes, .integer(in: 0 ... .max)))
  }
}

extension DraftShape: JSONRecord {
  /// `layers`, `attention_bytes` and `mlp_bytes`, and what schema 1 does not have.
  package static func record(
    _ member: JSONMembers<DraftShape>
  ) throws(InputError) -> DraftShape {
    let layerCount = try member("layers", \.layerCount, .integer(in: 1...1_000_000))
    // Without it no draft knew fewer tokens than all.
    let vocabularySize = try member(
      "vocabulary_size", \.vocabularySize, .integer(in: 1 ... .max).ifAbsent(1))
    let attentionBytes = try member("attention_bytes", \.attentionBytes, .nonnegative)
    let mlpBytes = try member("mlp_bytes", \.mlpBytes, .nonnegative)
    let copyRatios = try member(
      "copy_ratios", \.copyRatios,
      JSONCodec.byPrecision(.positive).ifAbsent([:]))
    return DraftShape(
      layerCount: layerCount, vocabularySize: vocabularySize, attentionBytes: attentionBytes,
      mlpBytes: mlpBytes, copyRatios: copyRatios)
  }
}
