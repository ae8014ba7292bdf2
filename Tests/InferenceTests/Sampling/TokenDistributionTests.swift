import CKernels
import Foundation
import Testing

@testable import Inference

@Suite("The processed distribution")
struct TokenDistributionTests {
  /// Temperature, top-k, top-p and min-p as Hugging Face's logits warpers do them, plainly, in double.
  static func reference(_ logits: [Float], _ sampling: Sampling) -> [Double] {
    let scaled = logits.map { Double($0) / sampling.temperature }
    let largest = scaled.max() ?? 0
    var weights = scaled.map { exp($0 - largest) }
    if let k = sampling.topK, k < weights.count {
      let threshold = weights.sorted(by: >)[k - 1]
      weights = weights.map { $0 < threshold ? 0 : $0 }
    }
    let total = weights.reduce(0, +)
    if sampling.topP < 1 {
      let order = weights.indices.sorted {
        weights[$0] == weights[$1] ? $0 < $1 : weights[$0] > weights[$1]
      }
      var sum = 0.0
      for token in order {
        if sum >= sampling.topP * total { weights[token] = 0 } else { sum += weights[token] }
      }
    }
    let least = (weights.max() ?? 0) * sampling.minP
    weights = weights.map { $0 < least ? 0 : $0 }
    let kept = weights.reduce(0, +)
    return weights.map { $0 / kept }
  }

  @Test("agrees with a plain implementation of temperature, top-k, top-p and min-p")
  func processing() {
    var random = TestRandom(7)
    for count in [1, 2, 5, 100, 1000] {
      for temperature in [0.1, 0.7, 1, 2.5] {
        for topK in [nil, 1, 3, 50, 5000] {
          for topP in [1, 0.95, 0.5, 0.01] {
            let sampling = Sampling(
              temperature: temperature, topK: topK, topP: topP,
              minP: [0, 0, 0.3, 0.013].randomElement(using: &random) ?? 0)
            // Coarse values, so that there are ties.
            let logits = random.floats(count, -4...4).map { ($0 * 4).rounded() / 4 }
            let exact = Self.reference(logits, sampling)
            for set in instructionSets {
              let distribution = logits.withUnsafeBufferPointer {
                TokenDistribution(logits: $0, sampling: sampling, isa: set.raw)
              }
              for token in 0..<count {
                #expect(abs(distribution.probability(of: token) - exact[token]) < 1e-5)
              }
            }
          }
        }
      }
    }
  }

  @Test("tokens are drawn with their probabilities, and none with probability zero")
  func drawing() {
    let distribution = TokenDistribution(weights: [0, 3, 0, 1, 0])
    #expect(distribution.token(at: 0) == 1)
    #expect(distribution.token(at: 0.7499) == 1)
    #expect(distribution.token(at: 0.7501) == 3)
    #expect(distribution.token(at: 1.0.nextDown) == 3)
  }
}
