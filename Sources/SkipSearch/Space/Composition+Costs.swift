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
    /// What the bits of a group save, beside others.
    func saving(_ group: Range<Int>, beside others: [Int] = []) -> Double {
      let before = ratio(space.point(others + group.compactMap { required[$0] }))
      return max(0, before - ratio(space.point(others + Array(group))))
    }
    var bitCosts = [Double](repeating: 0, count: space.dimension)
    var pairCosts: [PairCost] = []
    for group in space.groups {
      // A kink in the costs (weights that leave the cache) is spread over all of a group.
      let isVocabulary = space.isVocabulary(group.lowerBound)
      let saved = saving(group, beside: isVocabulary ? space.lowHead : [])
      for bit in group { bitCosts[bit] = saved / Double(group.count) }
      // A head's tokens cost more where its precision is higher, and its precision where it knows
      // more tokens.
      if isVocabulary, let head = space.lowHead.first {
        let more = max(0, saving(group) - saved)
        pairCosts.append(PairCost(head, group.lowerBound, cost: more))
        bitCosts[head] = max(0, bitCosts[head] - more)
      }
    }
    let plain = costs.plainSeconds(context: costs.meanContext)
    self.init(
      baseCost: ratio(space.point(0..<space.dimension)), costs: bitCosts, pairCosts: pairCosts,
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
