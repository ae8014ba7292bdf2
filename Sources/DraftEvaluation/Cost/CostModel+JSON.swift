import Files

extension CostModel {
  /// `cost_model` of result file and journal; all times in seconds.
  public var json: JSON {
    [
      "layers": .integer(layerCount),
      "attention_bytes": .double(attentionBytes), "mlp_bytes": .double(mlpBytes),
      "plain_seconds": .double(plain), "plain_context_seconds": .double(plainContext),
      "first_draft_step": firstStep.json, "later_draft_step": laterStep.json,
      "verification_seconds_by_rows": JSON(verification),
      "verification_context_seconds": .double(verificationContext),
      "mean_context": .double(meanContext),
      "relative_residuals": [
        "plain": .double(residuals.plain), "draft": .double(residuals.draft),
        "verification": .double(residuals.verification), "passes": .integer(residuals.passes),
      ],
    ]
  }

  /// Reads what `json` writes.
  public init(_ field: JSONField) throws(InputError) {
    let residuals = try field.required("relative_residuals")
    let levels = try field.required("verification_seconds_by_rows")
    let verification = try field.numbers("verification_seconds_by_rows")
    guard !verification.isEmpty, verification.allSatisfy({ $0 > 0 }) else {
      throw levels.error("expected positive numbers of seconds")
    }
    let plain = try field.required("plain_seconds")
    guard try plain.double() > 0 else { throw plain.error("expected a positive number") }
    self.init(
      layerCount: try field.required("layers").integer(in: 1...1_000_000),
      plain: try plain.double(),
      plainContext: try field.required("plain_context_seconds").nonnegative(),
      firstStep: try DraftStep(try field.required("first_draft_step")),
      laterStep: try DraftStep(try field.required("later_draft_step")),
      attentionBytes: try field.required("attention_bytes").nonnegative(),
      mlpBytes: try field.required("mlp_bytes").nonnegative(),
      verification: verification,
      verificationContext: try field.required("verification_context_seconds").nonnegative(),
      residuals: Residuals(
        plain: try residuals.required("plain").nonnegative(),
        draft: try residuals.required("draft").nonnegative(),
        verification: try residuals.required("verification").nonnegative(),
        passes: try residuals.required("passes").integer(in: 0 ... .max)),
      meanContext: try field.required("mean_context").nonnegative())
  }
}

extension CostModel.DraftStep {
  var json: JSON {
    [
      "fixed_seconds": .double(fixed), "attention_seconds": .double(attention),
      "mlp_seconds": .double(mlp), "attention_context_seconds": .double(attentionContext),
      "uncached_byte_seconds": .double(uncachedByte), "cached_bytes": .double(cachedBytes),
    ]
  }

  init(_ field: JSONField) throws(InputError) {
    var coefficients: [Double] = []
    for name in [
      "fixed_seconds", "attention_seconds", "mlp_seconds", "attention_context_seconds",
      "uncached_byte_seconds",
    ] {
      coefficients.append(try field.required(name).nonnegative())
    }
    self.init(
      coefficients: coefficients, cachedBytes: try field.required("cached_bytes").nonnegative())
  }
}
