import Foundation
import Inference
import TestSupport
import Testing

@testable import DraftEvaluation

@Suite("Estimates of the speedup")
struct SpeedupEstimateTests {
  @Test("the estimate is the ratio of sums, its variance the delete-one jackknife's")
  func jackknife() throws {
    let plain = [1.0, 2.0, 1.5, 0.5]
    let fast = [0.5, 1.6, 1.0, 0.4]
    let samples = zip(plain, fast).enumerated().map {
      sample($0.offset, plain: $0.element.0, speculative: $0.element.1)
    }
    let estimate = try #require(SpeedupEstimate(samples))
    #expect(abs(estimate.speedup - 5 / 3.5) < 1e-12)
    // By hand: the four ratios with one prompt left out.
    let left = [log(4 / 3.0), log(3 / 1.9), log(3.5 / 2.5), log(4.5 / 3.1)]
    let mean = left.reduce(0, +) / 4
    let variance = left.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } * 3 / 4
    #expect(abs((estimate.variance ?? 0) - variance) < 1e-12)
    let half = 3.1824 * variance.squareRoot()
    let interval = try #require(estimate.interval)
    #expect(abs(interval.lowerBound - 5 / 3.5 * exp(-half)) < 1e-9)
    #expect(abs(interval.upperBound - 5 / 3.5 * exp(half)) < 1e-9)
  }

  @Test("repetitions of a prompt are one unit; below three prompts each run is one")
  func units() throws {
    let three = (0..<3).flatMap { prompt in
      (0..<4).map {
        sample(prompt, plain: 1, speculative: 0.5 + 0.1 * Double($0), repetition: $0)
      }
    }
    #expect(SpeedupEstimate(three)?.unitCount == 3)
    // All prompts alike, however much the repetitions differ: no variance between prompts.
    #expect((SpeedupEstimate(three)?.variance ?? 1) < 1e-25)
    #expect(SpeedupEstimate(three.filter { $0.prompt < 2 })?.unitCount == 8)
    #expect(SpeedupEstimate([three[0]])?.interval == nil)
  }

  @Test("answers of one token have no speed, and count for nothing")
  func unmeasurable() throws {
    let empty = sample(7, plain: 1e-9, speculative: 1e-6, tokens: 1)
    #expect(SpeedupEstimate([empty]) == nil)
    let samples = (0..<4).map { sample($0, plain: 1, speculative: 0.5) }
    #expect(SpeedupEstimate(samples + [empty]) == SpeedupEstimate(samples))
  }

  @Test("quantiles of Student's t are the tables'")
  func quantiles() {
    // scipy.stats.t.ppf(0.975, [1, 5, 30, 31, 40, 60, 120, 1000])
    let golden = [
      (1, 12.706205), (5, 2.570582), (30, 2.042272), (31, 2.039513), (40, 2.021075),
      (60, 2.000298), (120, 1.979930), (1000, 1.962339),
    ]
    for (degrees, value) in golden {
      #expect(abs(SpeedupEstimate.studentQuantile(degreesOfFreedom: degrees) - value) < 1e-4)
    }
  }

  @Test("95% intervals contain the truth about as often as they should")
  func coverage() throws {
    var random = SplitMix64(seed: 11)
    func normal() -> Double {
      let radius = (-2 * log(Double.random(in: 1e-12..<1, using: &random))).squareRoot()
      return radius * cos(2 * .pi * Double.random(in: 0..<1, using: &random))
    }
    var inside = 0
    let rounds = 2000
    for _ in 0..<rounds {
      let samples = (0..<12).map {
        sample($0, plain: 1, speculative: exp(-0.3 + 0.1 * normal() - 0.005))
      }
      let interval = try #require(SpeedupEstimate(samples)?.interval)
      if interval.contains(exp(0.3)) { inside += 1 }
    }
    // Standard error of the share: 0.5%.
    #expect((0.93...0.97).contains(Double(inside) / Double(rounds)))
  }

  @Test("rates and draft cost follow from the sums")
  func figures() throws {
    let evaluation = Evaluation(
      draft: Draft(model: .full, stop: StopRule()),
      samples: [
        sample(0, plain: 1, speculative: 0.5, tokens: 11, drafted: 10, accepted: 9),
        sample(1, plain: 3, speculative: 1.5, tokens: 31, drafted: 30, accepted: 15),
      ], seconds: 7)
    #expect(evaluation.acceptanceRate == 0.6)
    #expect(evaluation.tokensPerSecond == 20)
    #expect(evaluation.plainTokensPerSecond == 10)
    // 1 s of drafting for 40 tokens, over 0.1 s per plain token.
    #expect(abs((evaluation.draftCostRatio ?? 0) - 0.25) < 1e-12)
    #expect(evaluation.targetModelCallCount == 6)
    #expect(evaluation.promptCount == 2)
  }
}
