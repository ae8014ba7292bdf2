/// A stop rule fitted to one draft model on one machine: a round ends when the product of its
/// confidences so far falls below a threshold that depends on its length.
///
/// The product is the draft's own estimate that all its tokens stand. The probability that a
/// further token is accepted rises with it; the thresholds are the products at which that
/// probability is just worth a draft step and a row of the verification.
public struct CalibratedThresholds: Hashable, Sendable {
  /// [i]: the least product after i + 1 drafted tokens with which the round goes on, in 0…1; beyond
  /// the last the round ends. An infinite one ends every round of that length.
  public let thresholds: [Double]

  /// Creates the rule. Thresholds must not be negative or NaN.
  public init(_ thresholds: [Double]) {
    precondition(thresholds.allSatisfy { $0 >= 0 })
    self.thresholds = thresholds
  }

  func stops(steps: Int, product: Double) -> Bool {
    steps > thresholds.count || product < thresholds[steps - 1]
  }
}
