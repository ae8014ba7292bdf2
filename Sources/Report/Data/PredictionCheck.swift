import Foundation
import SkipSearch

/// What the optimiser's model expected of trials beside what it was then told, of complete trials:
/// both without lookups, of which the model knows nothing.
struct PredictionCheck: Sendable {
  /// A trial that was predicted.
  struct Point: Sendable {
    let trial: Int
    let expected: Double
    let measured: Double
    /// 95% of what the model believed of the measurement, its noise included.
    let range: ClosedRange<Double>

    var isCovered: Bool { range.contains(measured) }
  }

  let points: [Point]

  init(_ trials: [Trial]) {
    points = trials.compactMap { trial in
      guard let predicted = trial.predicted, !trial.evaluation.stoppedEarly else { return nil }
      let mean = predicted.logSpeedup
      let deviation = predicted.standardDeviation
      let half = 1.96 * (deviation * deviation + trial.objective.variance).squareRoot()
      return Point(
        trial: trial.index, expected: exp(mean), measured: exp(trial.objective.logSpeedup),
        range: exp(mean - half)...exp(mean + half))
    }
  }

  /// How many measurements lie where 95% were expected.
  var coveredCount: Int { points.count(where: \.isCovered) }

  /// The correlation of the logarithms; nil where one of them does not vary.
  var correlation: Double? {
    let n = Double(points.count)
    let x = points.map { log($0.expected) }
    let y = points.map { log($0.measured) }
    let (meanX, meanY) = (x.reduce(0, +) / n, y.reduce(0, +) / n)
    func sum(_ a: [Double], _ meanA: Double, _ b: [Double], _ meanB: Double) -> Double {
      zip(a, b).reduce(0) { $0 + ($1.0 - meanA) * ($1.1 - meanB) }
    }
    let spread = sum(x, meanX, x, meanX) * sum(y, meanY, y, meanY)
    return spread > 0 ? sum(x, meanX, y, meanY) / spread.squareRoot() : nil
  }
}
