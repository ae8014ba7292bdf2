import Foundation

/// Says when more trials are unlikely to pay: the largest expected improvement was below a share of
/// the incumbent several times in a row.
///
///     guard let proposal = optimizer.ask() else { break }
///     if let reason = rule.note(proposal.expectedImprovement) { print(reason); break }
///
/// Only proposals that maximise expected improvement count; others have none to judge by.
public struct StoppingRule: Sendable {
  /// The share of the incumbent below which an improvement is not worth a trial.
  public let threshold: Double
  /// How many times in a row.
  public let patience: Int
  private var below: [Double] = []

  /// A rule; the defaults are 0.2% and five times.
  public init(threshold: Double = 0.002, patience: Int = 5) {
    precondition(threshold > 0 && patience >= 1, "a positive threshold and patience")
    self.threshold = threshold
    self.patience = patience
  }

  /// Takes note of a proposal's expected improvement relative to the incumbent (nil: not judged),
  /// and says why the search may stop, if it may.
  public mutating func note(_ expectedImprovement: Double?) -> String? {
    if let expectedImprovement {
      if expectedImprovement < threshold {
        below.append(expectedImprovement)
      } else {
        below = []
      }
    }
    guard below.count >= patience, let last = below.last else { return nil }
    let percent = { (share: Double) in String(format: "%.2g%%", 100 * share) }
    return
      "the best expected improvement was below \(percent(threshold)) of the best set's value "
      + "\(below.count) times in a row (\(percent(last)) the last time)"
  }
}
