import BayesianOptimization
import DraftEvaluation
import Foundation
import Inference
import Statistics

extension Composition {
  /// The draft costs and verification costs of a machine, relative to a plain token.
  init(_ costs: CostModel, maximum: Int) {
    let layers = costs.layerCount
    let whole = 0..<layers
    func ratio(_ skip: SkipSet) -> Double {
      costs.costs(of: DraftModel(skip: skip)).laterStepRatio
    }
    let full = ratio(.none)
    // A kink in the costs (weights that leave the cache) is spread over all sub-layers.
    let attention = max(0, full - ratio(SkipSet(attention: whole, mlp: [])))
    let mlp = max(0, full - ratio(SkipSet(attention: [], mlp: whole)))
    let plain = costs.plainSeconds(context: costs.meanContext)
    self.init(
      baseCost: ratio(.everything(layerCount: layers)),
      costs: whole.map { _ in attention / Double(layers) }
        + whole.map { _ in mlp / Double(layers) },
      objective: SpeculativeSpeedup(
        verificationCosts: (1...maximum).map {
          costs.verificationSeconds(rows: $0 + 1, context: costs.meanContext) / plain
        }, link: .logit))
  }

  /// The range of latents that are told apart: acceptance from 0.03% to 99.97%.
  private static let latents = -8.0...8.0
  /// The least slope of the log speedup by the latent that noise is divided by.
  private static let leastSlope = 0.02

  /// The latent whose objective at a point has this logarithm (the nearest, where none does), and
  /// the slope of the log objective there.
  func latent(ofLogSpeedup target: Double, at point: BitVector) -> (latent: Double, slope: Double) {
    let cost = cost(of: point)
    func logValue(_ latent: Double) -> Double { log(objective.value(latent: latent, cost: cost)) }
    let latent = bisection(Self.latents, steps: 50) { !(logValue($0) < target) }.high
    let step = 0.05
    let slope = (logValue(latent + step) - logValue(latent - step)) / (2 * step)
    return (latent, max(slope, Self.leastSlope))
  }
}
