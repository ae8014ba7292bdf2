import Files
import Inference

extension CostModel {
  /// What an evaluator says that passes cost; all in seconds.
  init(
    _ answer: JSONField, of evaluator: EvaluatorDescription
  ) throws(InputError) {
    let step = try DraftStep(evaluator: try answer.required("draft_step"))
    let first = try answer.optional("first_draft_step")
    self.init(
      shape: DraftShape(
        layerCount: evaluator.layerCount, vocabularySize: evaluator.vocabularySize,
        attentionBytes: 0, mlpBytes: 0),
      plain: try answer.member("plain_seconds", as: .positiveSeconds),
      plainContext: try answer.member("plain_context_seconds", as: .cost.ifAbsent(0)),
      firstStep: try first.map { field throws(InputError) in try DraftStep(evaluator: field) }
        ?? step,
      laterStep: step,
      verification: try answer.member(
        "verification_seconds_by_rows",
        as: JSONCodec.array(of: .positiveSeconds).checked(
          "expected one number for each number of rows from 1 on"
        ) { !$0.isEmpty }),
      verificationContext: try answer.member(
        "verification_context_seconds", as: .cost.ifAbsent(0)),
      residuals: Residuals(plain: 0, draft: 0, verification: 0, passes: 0),
      meanContext: try answer.member(
        "mean_context", as: .number(in: 0...1e9, of: "positions").ifAbsent(0)))
  }
}

extension CostModel.DraftStep {
  /// A step as an evaluator says it, which knows nothing of caches.
  fileprivate init(evaluator field: JSONField) throws(InputError) {
    var precisions = try field.member(
      "copies", as: JSONCodec.byPrecision(.evaluated).ifAbsent([:]))
    precisions[.model] = try JSONCodec.evaluated.read(field)
    self.init(
      fixed: try field.member("fixed_seconds", as: .cost), precisions: precisions,
      attentionContext: try field.member("attention_context_seconds", as: .cost.ifAbsent(0)),
      uncachedByte: 0, cachedBytes: 0)
  }
}

extension JSONCodec<CostModel.DraftStep.Precision> {
  /// Without a `head_seconds`, the head is part of the step's constant.
  fileprivate static var evaluated: JSONCodec {
    .object { member throws(InputError) in
      CostModel.DraftStep.Precision(
        attention: try member("attention_seconds", \.attention, .cost),
        mlp: try member("mlp_seconds", \.mlp, .cost),
        head: try member("head_seconds", \.head, .cost.ifAbsent(0)))
    }
  }
}
