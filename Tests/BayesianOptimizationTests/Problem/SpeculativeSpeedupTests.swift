import BayesianOptimization
import Foundation
import Statistics
import Testing

@Suite("Speculative speedup and acceptance")
struct SpeculativeSpeedupTests {
  @Test("the speedup is the best over draft lengths, also where everything is accepted")
  func speedup() {
    let objective = SpeculativeSpeedup(verificationCosts: [1, 1.1, 1.2], link: .logarithm)
    #expect(objective.best(latent: 0, cost: 0.1) == (4 / 1.5, 3))
    #expect(objective.value(latent: 3, cost: 0.1) == 4 / 1.5)
    let (speedup, length) = objective.best(latent: log(0.5), cost: 0.4)
    #expect(abs(speedup - 1.5 / 1.4) < 1e-15 && length == 1)
    for link in AcceptanceLink.allCases {
      #expect(
        abs(link.acceptance(link.observation(accepted: 60, drafted: 90).latent) - 60 / 90.0) < 2e-3)
      let all = link.observation(accepted: 90, drafted: 90)
      let none = link.observation(accepted: 0, drafted: 90)
      #expect(all.latent.isFinite && none.latent.isFinite && all.latent > none.latent)
      #expect(all.variance > 0 && none.variance > 0 && none.variance.isFinite)
      let wider = link.observation(accepted: 60, drafted: 90, rateVariance: 0.01)
      #expect(wider.variance > link.observation(accepted: 60, drafted: 90).variance)
    }
  }

  @Test(
    "the variance of an observed latent is that of many draws", arguments: AcceptanceLink.allCases)
  func linkVariance(link: AcceptanceLink) {
    var random = RandomSource(seed: 30)
    let latents = (0..<4000).map { _ in
      let accepted = (0..<256).reduce(0) { count, _ in count + (random.uniform() < 0.8 ? 1 : 0) }
      return link.observation(accepted: Double(accepted), drafted: 256).latent
    }
    let mean = latents.reduce(0, +) / 4000
    let variance = latents.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 3999
    let expected = link.observation(accepted: 0.8 * 256, drafted: 256).variance
    #expect(abs(link.acceptance(mean) - 0.8) < 3e-3)
    #expect(abs(variance / expected - 1) < 0.12)
  }
}
