@testable import BayesianOptimization
import Foundation
import Statistics

/// A synthetic stand-in for the search of a skip set: 2L sub-layers, attention blocks first, with
/// importances that are large at both ends of the stack, pairwise penalties for skipping
/// neighbours, an acceptance rate that collapses as they add up, and a cost that falls with every
/// sub-layer skipped.
struct SkipSynth {
  let layers: Int
  private let importance: [Double]
  private let pairs: [Double]
  private let cost: [Double]
  private static let fixedCost = 0.06
  private static let maximalDraft = 8

  var dimension: Int { 2 * layers }

  init(layers: Int, seed: UInt64) {
    self.layers = layers
    var random = RandomSource(seed: seed, stream: 0x5359_4e54)
    let scale = 32 / Double(layers)
    let count = 2 * layers
    importance = (0..<count).map { index in
      let depth = Double(index % layers) / Double(layers - 1)
      let (first, last) = (exp(-12 * depth), exp(-12 * (1 - depth)))
      return index < layers
        ? (0.020 + 0.7 * first + 0.35 * 0.7 * last) * exp(0.8 * random.normal()) * scale
        : (0.045 + 1.3 * first + 0.35 * 1.3 * last) * exp(0.7 * random.normal()) * scale
    }
    var pairs = [Double](repeating: 0, count: count * count)
    for i in 0..<count {
      for j in i + 1..<count {
        let apart = abs(Double(i % layers - j % layers))
        let kind = (i < layers) == (j < layers) ? 1 : 0.6
        var penalty = 0.022 * exp(-apart / 1.5) * kind * exp(0.5 * random.normal())
        if random.uniform() < 0.1 { penalty += 0.006 * random.normal() }
        pairs[i * count + j] = penalty * scale
      }
    }
    self.pairs = pairs
    cost = (0..<count).map { 0.94 * ($0 < layers ? 1 : 2) / (3 * Double(layers)) }
  }

  func acceptance(_ z: BitVector) -> Double {
    let ones = z.ones
    var eta = 4.2
    for (position, i) in ones.enumerated() {
      eta -= importance[i]
      for j in ones[(position + 1)...] { eta -= pairs[i * dimension + j] }
    }
    return 0.985 / (1 + exp(-eta))
  }

  /// Log of the speedup at the best draft length, for an acceptance rate.
  private func logSpeedup(_ z: BitVector, acceptance: Double) -> Double {
    let step = Self.fixedCost + (0..<dimension).reduce(0) { $0 + (z[$1] ? 0 : cost[$1]) }
    var emitted = 1.0
    var power = 1.0
    var best = 0.0
    for length in 1...Self.maximalDraft {
      power *= acceptance
      emitted += power
      best = max(best, emitted / (Double(length) * step + 1))
    }
    return log(best)
  }

  /// The true log speedup.
  func value(_ z: BitVector) -> Double { logSpeedup(z, acceptance: acceptance(z)) }

  /// The log speedup measured on `tokens` drafted tokens, with 1% noise of the clock.
  func measure(_ z: BitVector, tokens: Int, _ random: inout RandomSource) -> Double {
    let rate = acceptance(z)
    let accepted = (0..<tokens).reduce(0) { count, _ in count + (random.uniform() < rate ? 1 : 0) }
    return logSpeedup(z, acceptance: Double(accepted) / Double(tokens)) + 0.01 * random.normal()
  }
}
