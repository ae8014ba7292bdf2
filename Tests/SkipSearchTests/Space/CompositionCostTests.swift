import BayesianOptimization
import DraftEvaluation
import EvaluationTestSupport
import Foundation
import Inference
import TestSupport
import Testing

@testable import SkipSearch

@Suite("Costs of points")
struct CompositionCostTests {
  private func space(_ policy: DraftPolicy, tokens: Int) -> DraftSpace {
    DraftSpace(
      layerCount: 6,
      choices: policy.choices(
        VocabularyRanking(outputs: [], endOfText: [], vocabularySize: tokens), draftMaximum: 5))
  }

  /// Costs of a machine that keeps nothing in its cache: then they are sums over what is read.
  private func costs(tokens: Int) -> CostModel {
    var costs = CostModel.mixed(layerCount: 6)
    costs.shape.vocabularySize = tokens
    costs.firstStep.cachedBytes = 0
    costs.laterStep.cachedBytes = 0
    return costs
  }

  @Test(
    "are the cost model's, at every point",
    arguments: [
      DraftPolicy.classical, DraftPolicy(), DraftPolicy(weights: .fourBits),
      DraftPolicy(weights: .model), DraftPolicy(vocabulary: .full),
      DraftPolicy(vocabulary: .size(300)),
    ])
  func additive(policy: DraftPolicy) {
    let space = space(policy, tokens: 20_000)
    let costs = costs(tokens: 20_000)
    let composition = Composition(costs, space)
    var random = SplitMix64(seed: 3)
    var points = [
      BitVector(count: space.dimension), space.point(0..<space.dimension), space.lowest,
      space.point(space.lowHead), space.point(space.shortHead),
      space.point(space.lowHead + space.shortHead),
    ]
    for _ in 0..<200 {
      points.append(space.point((0..<space.dimension).filter { _ in Bool.random(using: &random) }))
    }
    for point in points {
      let ratio = costs.costs(of: space.model(at: point)).laterStepRatio
      #expect(abs(composition.cost(of: point) - ratio) < 1e-9 * ratio, "\(point)")
    }
  }

  @Test("where weights leave the cache they are spread over a group, and right at its ends")
  func kinks() {
    let space = space(DraftPolicy(vocabulary: .full), tokens: 20_000)
    // 18 MB of weights in 16 bits, about 10 in 8 and 5 in 4: the cache ends between.
    var costs = costs(tokens: 20_000)
    costs.laterStep.cachedBytes = 7e6
    let composition = Composition(costs, space)
    let all = space.point(0..<space.dimension)
    #expect(
      abs(composition.cost(of: all) - costs.costs(of: space.model(at: all)).laterStepRatio) < 1e-12)
    for bit in 0..<space.dimension { #expect(composition.costs[bit] >= 0) }
    // No point is dearer than everything in 8 bits, and the kink errs by less than a tenth.
    let dearest = BitVector(count: space.dimension)
    for point in [dearest, space.lowest] {
      let ratio = costs.costs(of: space.model(at: point)).laterStepRatio
      #expect(abs(composition.cost(of: point) / ratio - 1) < 0.1)
    }
  }

  @Test("the latent of a speedup gives the speedup back")
  func latents() {
    let space = space(DraftPolicy(), tokens: 20_000)
    let composition = Composition(costs(tokens: 20_000), space)
    for bits in [[], [0, 9], Array(0..<space.dimension)] {
      let point = space.point(bits)
      for latent in [-2.0, 0, 1.5, 3] {
        let value = composition.value(latent: latent, at: point)
        let (found, slope) = composition.latent(ofLogSpeedup: log(value), at: point)
        #expect(abs(log(composition.value(latent: found, at: point)) - log(value)) < 1e-9)
        #expect(slope > 0)
      }
      // Faster than perfect acceptance, or slower than none: the nearest there is.
      #expect(composition.latent(ofLogSpeedup: 9, at: point).latent == 8)
      #expect(composition.latent(ofLogSpeedup: -9, at: point).latent <= -7.9)
    }
  }
}
