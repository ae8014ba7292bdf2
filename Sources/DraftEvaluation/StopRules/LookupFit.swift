import Inference

/// Fits a `LookupRule` to verified texts: how far a match of each length is worth following.
///
/// Following a match of L tokens for k takes a verification of k + 1 rows, and emits the tokens that
/// agree and one more. With λ tokens emitted per second on the whole it is worth its tokens less λ
/// times its seconds; not following it is worth 0, because then the round is one like all others
/// (Dinkelbach 1967). The limits that are worth most over all positions, without decreasing in L,
/// are found by dynamic programming: a handful of parameters from thousands of positions.
enum LookupFit {
  /// The rule; nil where no match is worth following.
  ///
  /// - Parameters:
  ///   - prompts: of which the lookups count.
  ///   - rate: λ.
  ///   - least: the fewest tokens of a match that may be followed.
  ///   - maximum: the most tokens to follow it.
  static func rule(
    _ prompts: some Sequence<RecordedRounds>, _ costs: RoundCosts, rate: Double, least: Int,
    maximum: Int
  ) -> LookupRule? {
    let histogram = LookupHistogram(prompts, maximum: maximum)
    let seconds = (0...maximum).map {
      costs.verificationSeconds($0, context: histogram.meanContext)
    }
    let longest = LookupRule.longestMatch
    // worth[k]: of the best limits for matches up to this length, the last of them k.
    var worth = [Double](repeating: -.infinity, count: maximum + 1)
    worth[0] = 0
    var choices: [[Int]] = []
    for length in 1...longest {
      var next = [Double](repeating: -.infinity, count: maximum + 1)
      var choice = [Int](repeating: 0, count: maximum + 1)
      // The best so far among limits up to k; of equal ones the smallest.
      var best = 0
      for limit in 0...maximum {
        if worth[limit] > worth[best] { best = limit }
        guard limit == 0 || length >= least else { continue }
        choice[limit] = best
        next[limit] =
          worth[best]
          + (limit == 0
            ? 0
            : histogram.emitted(length: length, limit: limit)
              - rate * seconds[limit] * histogram.count(length: length))
      }
      worth = next
      choices.append(choice)
    }
    var limit = worth.indices.reduce(0) { worth[$1] > worth[$0] ? $1 : $0 }
    guard limit > 0 else { return nil }
    var limits: [Int] = []
    for choice in choices.reversed() {
      limits.append(limit)
      limit = choice[limit]
    }
    return LookupRule(limits: shortened([0] + limits.reversed()))
  }

  /// Without the last elements that say what the one before them does.
  private static func shortened(_ limits: [Int]) -> [Int] {
    var limits = limits
    while limits.count > 2, limits[limits.count - 1] == limits[limits.count - 2] {
      limits.removeLast()
    }
    return limits
  }
}

/// How far what followed matches agreed with the text, by the length of the match.
private struct LookupHistogram {
  /// [length][tokens that agree, up to the maximum].
  private var counts: [[Double]]
  private(set) var meanContext = 0.0

  init(_ prompts: some Sequence<RecordedRounds>, maximum: Int) {
    counts = Array(
      repeating: Array(repeating: 0, count: maximum + 1), count: LookupRule.longestMatch + 1)
    var positions = 0.0
    for prompt in prompts {
      for (index, lookup) in prompt.lookups.enumerated() {
        counts[lookup.length][min(lookup.matched, maximum)] += 1
        meanContext += Double(prompt.promptLength + index)
        positions += 1
      }
    }
    meanContext /= max(1, positions)
  }

  /// Positions with a match of this length.
  func count(length: Int) -> Double { counts[length].reduce(0, +) }

  /// Tokens that rounds at those positions emit.
  func emitted(length: Int, limit: Int) -> Double {
    counts[length].enumerated().reduce(0) { $0 + $1.element * Double(min($1.offset, limit) + 1) }
  }
}
