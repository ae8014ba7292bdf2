import BayesianOptimization
import Foundation
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
  }

  @Test("the links give rates of 0 to 1 back")
  func links() {
    #expect(abs(AcceptanceLink.logit.acceptance(log(2)) - 2 / 3.0) < 1e-15)
    #expect(abs(AcceptanceLink.logarithm.acceptance(log(2 / 3.0)) - 2 / 3.0) < 1e-15)
    for link in AcceptanceLink.allCases {
      #expect(link.acceptance(800) == 1 && link.acceptance(-800) == 0)
    }
  }
}
