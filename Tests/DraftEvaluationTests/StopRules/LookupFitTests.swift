import EvaluationTestSupport
import Inference
import TestSupport
import Testing

@testable import DraftEvaluation

@Suite("Fit of lookups")
struct LookupFitTests {
  private let costs = DraftEvaluationTests.costs(draft: 0.1, row: 0.1)

  private func prompts(
    _ count: Int, positions: Int, seed: UInt64, longest: Int = 4, maximum: Int = 4,
    acceptance: (_ length: Int) -> Double
  ) -> [RecordedRounds] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { prompt in
      RecordedRounds(
        prompt: prompt,
        lookups: (0..<positions).map { _ in
          let length = Int.random(in: 0...longest, using: &random)
          guard length > 0 else { return .none }
          var matched = 0
          while matched < maximum,
            Double.random(in: 0..<1, using: &random) < acceptance(length)
          { matched += 1 }
          return LookupRecord(length: length, count: maximum, matched: matched)
        })
    }
  }

  /// What limits are worth: tokens less `rate` times seconds, of the rounds that look something up.
  private func worth(_ limits: [Int], _ prompts: [RecordedRounds], rate: Double) -> Double {
    prompts.flatMap(\.lookups).reduce(0.0) { sum, lookup in
      let limit = limits[min(lookup.length, limits.count - 1)]
      guard lookup.length > 0, limit > 0 else { return sum }
      let seconds = costs.verificationSeconds(limit, context: 0)
      return sum + Double(min(lookup.matched, limit) + 1) - rate * seconds
    }
  }

  /// All limits up to `maximum` that do not decrease, for matches of 0 to `longest` tokens.
  private func allLimits(longest: Int, least: Int, maximum: Int) -> [[Int]] {
    var all = [[0]]
    for length in 1...longest {
      all = all.flatMap { limits in
        ((limits.last ?? 0)...maximum)
          .filter { $0 == 0 || length >= least }.map { limits + [$0] }
      }
    }
    return all
  }

  @Test(
    "is worth as much as the best of all limits, and more than any where none is worth anything")
  func againstAll() {
    var random = SplitMix64(seed: 121)
    var found = 0
    var none = 0
    for seed in 0..<60 as Range<UInt64> {
      let rates = (0...4).map { _ in Double.random(in: 0...0.9, using: &random) }
      let prompts = prompts(3, positions: 12, seed: seed) { rates[$0] }
      let rate = Double.random(in: 0.8...2.2, using: &random)
      let least = Int.random(in: 1...3, using: &random)
      let best =
        allLimits(longest: 4, least: least, maximum: 4)
        .map { worth($0, prompts, rate: rate) }.max() ?? .nan
      let rule = LookupFit.rule(prompts, costs, rate: rate, least: least, maximum: 4)
      if let rule {
        found += 1
        #expect(rule.least >= least && rule.maximum <= 4 && !rule.continues)
        #expect(zip(rule.limits, rule.limits.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(abs(worth(rule.limits, prompts, rate: rate) - best) < 1e-9 && best > 0)
      } else {
        none += 1
        #expect(best <= 1e-9)
      }
    }
    #expect(found > 10 && none > 5)
  }

  @Test("follows longer matches further, as far as what is planted pays")
  func planted() throws {
    // A match of L tokens goes on with probability 0.3, 0.5, 0.7, 0.9, and a row costs 0.1.
    let acceptance = [0, 0.3, 0.5, 0.7, 0.9]
    let prompts = prompts(20, positions: 3000, seed: 122, maximum: 15) { acceptance[$0] }
    let rate = 1.2
    let rule = try #require(
      LookupFit.rule(prompts, costs, rate: rate, least: 1, maximum: 15))
    // The k-th token is worth its row while its probability is more than 1.2 · 0.1, and the whole
    // its first row too: Σ a^i from 0 to k against 1.2 · (1 + 0.1 k).
    for length in 1...4 {
      let worths = (1...15).map { limit in
        let a = acceptance[length]
        let emitted = (0...limit).reduce(0.0) { sum, i in
          sum + (0..<i).reduce(1.0) { power, _ in power * a }
        }
        return emitted - rate * (1 + 0.1 * Double(limit))
      }
      let best = worths.max() ?? 0
      let limit = rule.limit(length)
      #expect((limit == 0) == (best <= 0))
      if limit > 0 { #expect(worths[limit - 1] > best - 0.02) }
    }
    #expect(rule.limit(1) == 0 && rule.limit(2) > 0 && rule.limit(4) == 15)
    #expect(rule.limit(3) > rule.limit(2))
    let careful = try #require(
      LookupFit.rule(prompts, costs, rate: rate, least: 4, maximum: 6))
    #expect(careful == LookupRule(least: 4, maximum: 6))
  }

  @Test("a short match that happens to pay more does not make limits decrease")
  func monotonous() throws {
    let prompts = prompts(5, positions: 400, seed: 123) { $0 == 2 ? 0.95 : 0.5 }
    let rule = try #require(LookupFit.rule(prompts, costs, rate: 1.2, least: 1, maximum: 4))
    #expect(rule.limit(4) >= rule.limit(3) && rule.limit(3) >= rule.limit(2))
  }

  @Test("is none where no match pays, and where nothing matches")
  func nothing() {
    let bad = prompts(4, positions: 50, seed: 124) { _ in 0 }
    #expect(LookupFit.rule(bad, costs, rate: 1, least: 1, maximum: 8) == nil)
    let empty = [RecordedRounds(prompt: 0, lookups: [.none, .none])]
    #expect(LookupFit.rule(empty, costs, rate: 1, least: 1, maximum: 8) == nil)
    #expect(LookupFit.rule([], costs, rate: 1, least: 1, maximum: 8) == nil)
    let good = prompts(4, positions: 50, seed: 125) { _ in 1 }
    #expect(LookupFit.rule(good, costs, rate: 1, least: 5, maximum: 8) == nil)
    #expect(
      LookupFit.rule(good, costs, rate: 1, least: 1, maximum: 4)
        == LookupRule(least: 1, maximum: 4))
  }
}

extension LookupRule {
  /// The most tokens to draft after a match of so many.
  fileprivate func limit(_ length: Int) -> Int { limits[min(length, limits.count - 1)] }
}
