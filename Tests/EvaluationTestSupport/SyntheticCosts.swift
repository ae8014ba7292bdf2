import DraftEvaluation
import Inference

extension CostModel {
  /// Costs in which a plain token takes 1 second, a draft step `draft`, and a verification of r
  /// rows 1 + (r − 1) · `row`, whatever the skip set and the context.
  package static func simple(
    draft: Double, row: Double, maximumRows: Int = 33, layerCount: Int = 4
  ) -> CostModel {
    let step = DraftStep(coefficients: [draft, 0, 0, 0, 0], cachedBytes: 0)
    return CostModel(
      layerCount: layerCount, plain: 1, plainContext: 0, firstStep: step, laterStep: step,
      attentionBytes: 1, mlpBytes: 1,
      verification: (0..<maximumRows).map { 1 + Double($0) * row }, verificationContext: 0,
      residuals: Residuals(plain: 0, draft: 0, verification: 0, passes: 1), meanContext: 0)
  }

  /// Costs of a machine on which everything costs something: what depends on load, context and
  /// bytes shows in every figure.
  package static func detailed(layerCount: Int) -> CostModel {
    CostModel(
      layerCount: layerCount, plain: 1e-3, plainContext: 2e-6,
      firstStep: DraftStep(coefficients: [1.5e-4, 4e-5, 5e-5, 1e-7, 1e-11], cachedBytes: 15e6),
      laterStep: DraftStep(coefficients: [1e-4, 3e-5, 4e-5, 1e-7, 2e-11], cachedBytes: 15e6),
      attentionBytes: 1e6, mlpBytes: 2e6, verification: (0..<17).map { 1.1e-3 + 8e-5 * Double($0) },
      verificationContext: 1e-6,
      residuals: Residuals(plain: 0.01, draft: 0.02, verification: 0.03, passes: 1234),
      meanContext: 40)
  }

  /// Plain tokens of 1 ms; draft steps of their share; a verification's rows cost `row` ms each
  /// beyond the first.
  package static func test(layerCount: Int, row: Double = 0.1, head: Double = 0.1) -> CostModel {
    let each = (1 - head) / Double(2 * layerCount) * 1e-3
    let step = DraftStep(coefficients: [head * 1e-3, each, each, 0, 0], cachedBytes: 1e6)
    return CostModel(
      layerCount: layerCount, plain: 1e-3, plainContext: 0, firstStep: step, laterStep: step,
      attentionBytes: 1000, mlpBytes: 2000,
      verification: (0..<9).map { 1e-3 * (1 + row * Double($0)) },
      verificationContext: 0,
      residuals: Residuals(plain: 0.01, draft: 0.02, verification: 0.01, passes: 500),
      meanContext: 60)
  }
}
