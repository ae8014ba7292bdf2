import Foundation
import Inference
import TestSupport
import Testing

@testable import DraftEvaluation

@Suite("Racing")
struct RacingTests {
  private let incumbent = (0..<8).map {
    sample($0, plain: 1 + 0.2 * Double($0), speculative: 0.5 + 0.1 * Double($0))
  }

  private func slower(_ factor: Double, prompts: Int, spread: Double = 0) -> [DecodingSample] {
    incumbent.prefix(prompts).map {
      var sample = $0
      sample.speculativeSeconds *= factor * (1 + spread * ($0.prompt % 2 == 0 ? 1 : -1))
      return sample
    }
  }

  @Test("a clearly slower candidate is hopeless from the third prompt on, and no earlier")
  func hopeless() {
    #expect(!Racing.isHopeless(slower(3, prompts: 2), incumbent: incumbent))
    #expect(Racing.isHopeless(slower(3, prompts: 3), incumbent: incumbent))
    #expect(Racing.isHopeless(slower(1.1, prompts: 4), incumbent: incumbent))
  }

  @Test("an equal, slightly slower or uncertain candidate goes on")
  func hopeful() {
    #expect(!Racing.isHopeless(slower(1, prompts: 3), incumbent: incumbent))
    #expect(!Racing.isHopeless(slower(1.04, prompts: 7), incumbent: incumbent))
    #expect(!Racing.isHopeless(slower(1.3, prompts: 4, spread: 0.5), incumbent: incumbent))
  }

  @Test("a trial that ended early is valued by the difference on the prompts it saw")
  func objective() throws {
    // The first prompts are far easier than the rest: their own ratio would flatter.
    var uneven = incumbent
    for index in 0..<3 { uneven[index].speculativeSeconds /= 4 }
    let candidate = Draft(model: .full, stop: StopRule())
    let best = Evaluation(draft: candidate, samples: uneven, seconds: 1)
    let part = uneven.prefix(3).map {
      var sample = $0
      sample.speculativeSeconds *= 2
      return sample
    }
    let early = Evaluation(draft: candidate, samples: part, stoppedEarly: true, seconds: 1)
    let own = try #require(early.speedup)
    let reached = try #require(best.speedup)
    let objective = try #require(Racing.objective(early, incumbent: best))
    #expect(abs(objective.logSpeedup - (reached.logarithm - log(2))) < 1e-12)
    #expect(objective.logSpeedup < own.logarithm)
    #expect(objective.variance >= (reached.variance ?? 0))
    let full = try #require(Racing.objective(best, incumbent: nil))
    #expect(full.logSpeedup == reached.logarithm)
    #expect(full.variance == reached.variance)
  }
}
