import Foundation
import Inference
import TestSupport
import Testing

@testable import DraftEvaluation

func sample(
  _ prompt: Int, plain: Double, speculative: Double, tokens: Int = 11, repetition: Int = 0,
  drafted: Int = 10, accepted: Int = 8
) -> DecodingSample {
  DecodingSample(
    prompt: prompt, repetition: repetition, tokenCount: tokens, plainSeconds: plain,
    speculativeSeconds: speculative, draftingSeconds: speculative / 2, draftTokenCount: drafted,
    acceptedDraftTokenCount: accepted, targetModelCallCount: 3)
}

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
      draft: Draft(skip: .none, stop: StopRule()),
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
    let candidate = Draft(skip: .none, stop: StopRule())
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

@Suite("Loops in outputs")
struct RepetitiveTailTests {
  @Test("a periodic tail of any period up to 16 is found, after any beginning")
  func found() throws {
    for period in 1...16 {
      let unit = (0..<period).map { 100 + $0 }
      let output = [1, 2, 3, 4, 5] + Array(repeating: unit, count: 8).flatMap(\.self)
      let tail = try #require(RepetitiveTail(output))
      #expect(tail.period == period)
      #expect(tail.length == 8 * period)
      // Cut in the middle of a repetition it is the same loop.
      #expect(RepetitiveTail(Array(output.dropLast(period / 2)))?.period == period)
    }
  }

  @Test("text without repetition, short repetitions and long periods are no loops")
  func notFound() {
    #expect(RepetitiveTail([]) == nil)
    #expect(RepetitiveTail([1]) == nil)
    #expect(RepetitiveTail(Array(0..<64)) == nil)
    // 1,000,000: six zeros at the end of a number.
    #expect(RepetitiveTail([5, 1, 0, 0, 0, 0, 0, 0]) == nil)
    // Nine equal tokens after forty others are not what the output is about.
    #expect(RepetitiveTail(Array(0..<40) + Array(repeating: 7, count: 9)) == nil)
    // Two repetitions are none.
    let twice = Array(0..<16) + Array(0..<16)
    #expect(RepetitiveTail(twice) == nil)
    let seventeen = Array(repeating: Array(0..<17), count: 4).flatMap(\.self)
    #expect(RepetitiveTail(seventeen) == nil)
  }
}
