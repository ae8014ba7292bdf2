import Files

extension CostModel: JSONRecord {
  /// `cost_model` of result file and journal; all times in seconds.
  package static func record(
    _ member: JSONMembers<CostModel>
  ) throws(InputError) -> CostModel {
    let layerCount = try member("layers", \.layerCount, .integer(in: 1...1_000_000))
    let attentionBytes = try member("attention_bytes", \.attentionBytes, .nonnegative)
    let mlpBytes = try member("mlp_bytes", \.mlpBytes, .nonnegative)
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
      layerCount: layerCount, plain: plain, plainContext: plainContext, firstStep: firstStep,
      laterStep: laterStep, attentionBytes: attentionBytes, mlpBytes: mlpBytes,
      verification: verification, verificationContext: verificationContext,
      residuals: residuals, meanContext: meanContext)
  }
}

extension CostModel.DraftStep: JSONRecord {
  package static func record(
    _ member: JSONMembers<CostModel.DraftStep>
  ) throws(InputError) -> CostModel.DraftStep {
    CostModel.DraftStep(
      coefficients: [
        try member("fixed_seconds", \.fixed, .nonnegative),
        try member("attention_seconds", \.attention, .nonnegative),
        try member("mlp_seconds", \.mlp, .nonnegative),
        try member("attention_context_seconds", \.attentionContext, .nonnegative),
        try member("uncached_byte_seconds", \.uncachedByte, .nonnegative),
      ], cachedBytes: try member("cached_bytes", \.cachedBytes, .nonnegative))
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
