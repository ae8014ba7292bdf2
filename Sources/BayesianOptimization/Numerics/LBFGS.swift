import Foundation
import LinearAlgebra

/// Minimises a smooth function within a box by limited-memory BFGS with projected steps.
///
/// The two-loop recursion of Nocedal and Wright, *Numerical Optimization* (2006), algorithm 7.4,
/// over the coordinates that are not held at a bound; steps are projected onto the box and cut back
/// until they satisfy Armijo's condition (Bertsekas 1982). Made for a handful of hyper-parameters,
/// where bounds are a safety net.
public struct LBFGS: Sendable {
  /// The pairs of steps and gradient differences kept.
  public var memory = 8
  /// The largest number of iterations.
  public var iterations = 100
  /// Stops when no coordinate's projected gradient exceeds this.
  public var gradientTolerance = 1e-5
  /// Stops when an iteration gains less than this, relative to max(1, |value|).
  public var valueTolerance = 1e-10

  /// Of the gain that the slope promises (Nocedal and Wright, equation 3.4).
  private static let sufficientDecrease = 1e-4
  /// What a step that does not decrease enough is multiplied by, and how often.
  private static let cut = 0.4
  private static let cuts = 25
  /// A cosine between step and change of the gradient that tells nothing of the curvature.
  private static let leastCurvature = 1e-10

  /// The default settings.
  public init() {}

  /// Where the minimisation ended.
  public struct Result: Sendable {
    /// The best point found.
    public let point: [Double]
    /// The function there.
    public let value: Double
    /// The evaluations used.
    public let evaluations: Int
  }

  /// Minimises `function` from `start`, which is projected into `bounds` first.
  ///
  /// - Parameter function: value and gradient at a point; nil where there is none (such points are
  ///   stepped back from).
  /// - Returns: nil where the function has no value at the start.
  public func minimize(
    from start: [Double], bounds: [ClosedRange<Double>],
    _ function: ([Double]) -> (value: Double, gradient: [Double])?
  ) -> Result? {
    precondition(start.count == bounds.count, "\(start.count) values, \(bounds.count) bounds")
    func project(_ point: [Double]) -> [Double] {
      zip(point, bounds).map { min(max($0, $1.lowerBound), $1.upperBound) }
    }
    var point = project(start)
    guard var current = function(point), current.value.isFinite else { return nil }
    var evaluations = 1
    var pairs: [(step: [Double], change: [Double], curvature: Double)] = []

    for _ in 0..<iterations {
      let free = point.indices.map { index in
        !(point[index] <= bounds[index].lowerBound && current.gradient[index] > 0)
          && !(point[index] >= bounds[index].upperBound && current.gradient[index] < 0)
      }
      let gradient = zip(current.gradient, free).map { $1 ? $0 : 0 }
      let steepness = gradient.reduce(0) { max($0, abs($1)) }
      if steepness <= gradientTolerance { break }

      var direction = twoLoop(gradient, pairs).enumerated().map { free[$0] ? -$1 : 0 }
      if orderedDot(direction, gradient) >= 0 {
        pairs = []
        direction = gradient.map { -$0 }
      }
      // Without curvature the scale is unknown: do not move any logarithm by more than one.
      var length = pairs.isEmpty ? min(1, 1 / steepness) : 1
      var accepted: (point: [Double], value: Double, gradient: [Double])?
      for _ in 0..<Self.cuts {
        let trial = project(zip(point, direction).map { $0 + length * $1 })
        let slope = orderedDot(zip(trial, point).map { $0 - $1 }, gradient)
        evaluations += 1
        if let result = function(trial), result.value.isFinite,
          result.value <= current.value + Self.sufficientDecrease * slope
        {
          accepted = (trial, result.value, result.gradient)
          break
        }
        length *= Self.cut
      }
      guard let accepted else {
        // A direction spoilt by stale curvature: try once more along the gradient.
        if pairs.isEmpty { break }
        pairs = []
        continue
      }
      let step = zip(accepted.point, point).map { $0 - $1 }
      let change = zip(accepted.gradient, current.gradient).map { $0 - $1 }
      let curvature = orderedDot(step, change)
      if curvature > Self.leastCurvature * orderedDot(change, change).squareRoot()
        * orderedDot(step, step).squareRoot()
      {
        pairs.append((step, change, curvature))
        if pairs.count > memory { pairs.removeFirst() }
      }
      let gain = current.value - accepted.value
      point = accepted.point
      current = (accepted.value, accepted.gradient)
      if gain <= valueTolerance * max(1, abs(current.value)) { break }
    }
    return Result(point: point, value: current.value, evaluations: evaluations)
  }

  private func twoLoop(
    _ gradient: [Double], _ pairs: [(step: [Double], change: [Double], curvature: Double)]
  ) -> [Double] {
    guard let last = pairs.last else { return gradient }
    var q = gradient
    var alphas: [Double] = []
    for pair in pairs.reversed() {
      let alpha = orderedDot(pair.step, q) / pair.curvature
      alphas.append(alpha)
      for index in q.indices { q[index] -= alpha * pair.change[index] }
    }
    let scale = last.curvature / orderedDot(last.change, last.change)
    for index in q.indices { q[index] *= scale }
    for (pair, alpha) in zip(pairs, alphas.reversed()) {
      let beta = orderedDot(pair.change, q) / pair.curvature
      for index in q.indices { q[index] += (alpha - beta) * pair.step[index] }
    }
    return q
  }
}
