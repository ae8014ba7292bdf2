@testable import Inference

/// A plain generator for test data.
struct TestRandom: RandomNumberGenerator {
  var numbers: RandomNumbers
  init(_ seed: UInt64) { numbers = RandomNumbers(seed: seed, stream: 99) }
  mutating func next() -> UInt64 { numbers.next() }
  /// A standard normal number, nearly: the sum of twelve uniform ones.
  mutating func normal() -> Double { (0..<12).reduce(-6) { sum, _ in sum + numbers.uniform() } }
  mutating func floats(_ count: Int, _ range: ClosedRange<Float> = -1...1) -> [Float] {
    (0..<count).map { _ in Float.random(in: range, using: &self) }
  }
}
