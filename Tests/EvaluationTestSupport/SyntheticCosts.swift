import DraftEvaluation
import Inference

extension CostModel.DraftStep {
  /// The seconds of a step that reads nothing but the checkpoint's own weights.
  package init(
    fixed: Double, attention: Double = 0, mlp: Double = 0, attentionContext: Double = 0,
    uncachedByte: Double = 0, cachedBytes: Double = 0
  ) {
    self.init(
      fixed: fixed, precisions: [.model: Precision(attention: attention, mlp: mlp)],
      attentionContext: attentionContext, uncachedByte: uncachedByte, cachedBytes: cachedBytes)
  }
}

extension CostModel {
  /// Costs in which a plain token takes 1 second, a draft step `draft`, and a verification of r
  /// rows 1 + (r − 1) · `row`, whatever the skip set and the context.
  package static func simple(
    draft: Double, row: Double, maximumRows: Int = 33, layerCount: Int = 4
  ) -> CostModel {
    let step = DraftStep(fixed: draft)
    return CostModel(
      shape: DraftShape(
        layerCount: layerCount, vocabularySize: 1000, attentionBytes: 1, mlpBytes: 1),
      plain: 1, plainContext: 0, firstStep: step, laterStep: step,
      verification: (0..<maximumRows).map { 1 + Double($0) * row }, verificationContext: 0,
      residuals: Residuals(plain: 0, draft: 0, verification: 0, passes: 1), meanContext: 0)
  }

  /// Costs of a machine on which everything costs something: what depends on load, context and
  /// bytes shows in every figure.
  package static func detailed(layerCount: Int) -> CostModel {
    CostModel(
      shape: DraftShape(
        layerCount: layerCount, vocabularySize: 1000, attentionBytes: 1e6, mlpBytes: 2e6),
      plain: 1e-3, plainContext: 2e-6,
      firstStep: DraftStep(
        fixed: 1.5e-4, attention: 4e-5, mlp: 5e-5, attentionContext: 1e-7, uncachedByte: 1e-11,
        cachedBytes: 15e6),
      laterStep: DraftStep(
        fixed: 1e-4, attention: 3e-5, mlp: 4e-5, attentionContext: 1e-7, uncachedByte: 2e-11,
        cachedBytes: 15e6),
      verification: (0..<17).map { 1.1e-3 + 8e-5 * Double($0) }, verificationContext: 1e-6,
      residuals: Residuals(plain: 0.01, draft: 0.02, verification: 0.03, passes: 1234),
      meanContext: 40)
  }

  /// The same where sub-layers were read in all precisions, and heads in two.
  package static func mixed(layerCount: Int) -> CostModel {
    var costs = detailed(layerCount: layerCount)
    costs.shape.copyRatios = [.eightBits: 0.53, .fourBits: 0.28]
    costs.firstStep.precisions = [
      .model: DraftStep.Precision(attention: 4e-5, mlp: 5e-5, head: 3e-4),
      .eightBits: DraftStep.Precision(attention: 2.5e-5, mlp: 3e-5, head: 1.7e-4),
      .fourBits: DraftStep.Precision(attention: 1.6e-5, mlp: 2e-5),
    ]
    costs.laterStep.precisions = [
      .model: DraftStep.Precision(attention: 3e-5, mlp: 4e-5, head: 2.5e-4),
      .eightBits: DraftStep.Precision(attention: 1.7e-5, mlp: 2.2e-5, head: 1.4e-4),
      .fourBits: DraftStep.Precision(attention: 1e-5, mlp: 1.3e-5),
    ]
    return costs
  }

  /// Plain tokens of 1 ms; draft steps of their share; a verification's rows cost `row` ms each
  /// beyond the first.
  package static func test(layerCount: Int, row: Double = 0.1, head: Double = 0.1) -> CostModel {
    let each = (1 - head) / Double(2 * layerCount) * 1e-3
    let step = DraftStep(fixed: head * 1e-3, attention: each, mlp: each, cachedBytes: 1e6)
    return CostModel(
      shape: DraftShape(
        layerCount: layerCount, vocabularySize: 1000, attentionBytes: 1000, mlpBytes: 2000),
      plain: 1e-3, plainContext: 0, firstStep: step, laterStep: step,
      verification: (0..<9).map { 1e-3 * (1 + row * Double($0)) }, verificationContext: 0,
      residuals: Residuals(plain: 0.01, draft: 0.02, verification: 0.01, passes: 500),
      meanContext: 60)
  }
}
