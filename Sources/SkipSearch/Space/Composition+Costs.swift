import BayesianOptimization
import DraftEvaluation
import Foundation
import Inference
import Statistics

extension Composition {
  /// The draft costs and verification costs of a machine, relative to a plain token.
  init(_ costs: CostModel, _ space: DraftSpace) {
    func ratio(_ point: BitVector) -> Double {
      costs.costs(of: space.model(at: point)).laterStepRatio
    }
    let required = space.prerequisites
    var bitCosts = [Double](repeating: 0, count: space.dimension)
    for group in space.groups {
      // A kink in the costs (weights that leave the cache) is spread over all of a group. A head's
      // tokens cost what they do in the cheapest precision, in which most drafts read it.
      let context = space.isVocabulary(group.lowerBound) ? space.lowHead : []
      let before = ratio(space.point(context + group.compactMap { required[$0] }))
      let after = ratio(space.point(context + Array(group)))
      for bit in group { bitCosts[bit] = max(0, before - after) / Double(group.count) }
    }
    let plain = costs.plainSeconds(context: costs.meanContext)
    self.init(
      baseCost: ratio(space.point(0..<space.dimension)), costs: bitCosts,
      objective: SpeculativeSpeedup(
        verificationCosts: (1...space.choices.draftMaximum).map {
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
