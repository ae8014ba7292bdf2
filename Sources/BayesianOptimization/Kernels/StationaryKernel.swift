import Foundation
import LinearAlgebra

/// A stationary kernel on real vectors with one lengthscale per coordinate (automatic relevance
/// determination): s²·g(r), r² = Σ (aᵢ − bᵢ)²/lᵢ².
///
/// Rasmussen and Williams (2006), equations 4.9 and 4.17. The optimiser of bit vectors does not use
/// it (free lengthscales of 64–160 coordinates overfit 200 observations); it is here for real
/// inputs, and because other libraries have it too, which makes everything around it checkable.
///
/// Parameters: [log s², log l₁, …, log l_d].
public struct StationaryKernel: Kernel {
  /// The shape g of the correlation.
  public enum Form: String, Sendable, CaseIterable {
    /// exp(−r²/2).
    case squaredExponential
    /// (1 + √5·r + 5r²/3)·exp(−√5·r).
    case matern52
  }

  /// The shape of the correlation.
  public let form: Form
  /// [log s², log l₁, …, log l_d].
  public var parameters: [Double] {
    willSet {
      precondition(newValue.count == parameters.count, "a kernel keeps its number of parameters")
    }
  }

  /// A kernel of `lengthscales.count` coordinates with k(x, x) = `outputScale`.
  public init(_ form: Form, outputScale: Double, lengthscales: [Double]) {
    precondition(
      outputScale > 0 && lengthscales.allSatisfy { $0 > 0 }, "scales and lengthscales are positive")
    self.form = form
    parameters = [log(outputScale)] + lengthscales.map { log($0) }
  }

  /// The covariance of two points.
  public func value(_ a: [Double], _ b: [Double]) -> Double {
    exp(parameters[0]) * correlation(squaredDistance(a, b, inverseSquares))
  }

  /// The sum over coordinates of what they differ by.
  public func distance(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + abs($1.0 - $1.1) }
  }

  /// The points themselves: distances depend on the lengthscales.
  public func pairwise(_ inputs: [[Double]]) -> [[Double]] { inputs }

  /// The covariance matrix.
  public func gram(_ inputs: [[Double]]) -> Matrix {
    let weights = inverseSquares
    let scale = exp(parameters[0])
    var matrix = Matrix(rows: inputs.count, columns: inputs.count)
    for column in inputs.indices {
      for row in column..<inputs.count {
        matrix[row, column] =
          scale * correlation(squaredDistance(inputs[row], inputs[column], weights))
      }
    }
    matrix.mirrorLower()
    return matrix
  }

  /// ∂k/∂log s² = k; ∂k/∂log lᵢ = −2·dg/d(r²)·s²·(aᵢ − bᵢ)²/lᵢ².
  public func gradient(_ inputs: [[Double]], weights: Matrix) -> [Double] {
    let inverse = inverseSquares
    let scale = exp(parameters[0])
    var gradient = [Double](repeating: 0, count: parameters.count)
    for column in inputs.indices {
      // The kernel is symmetric, and so are the weights: off the diagonal each pair counts twice.
      gradient[0] += weights[column, column] * scale
      for row in column + 1..<max(inputs.count, column + 1) {
        let squared = squaredDistance(inputs[row], inputs[column], inverse)
        let weight = 2 * weights[row, column] * scale
        gradient[0] += weight * correlation(squared)
        let slope = -2 * weight * slope(squared)
        for index in inverse.indices {
          let difference = inputs[row][index] - inputs[column][index]
          gradient[index + 1] += slope * difference * difference * inverse[index]
        }
      }
    }
    return gradient
  }

  private var inverseSquares: [Double] { parameters.dropFirst().map { exp(-2 * $0) } }

  private func squaredDistance(_ a: [Double], _ b: [Double], _ weights: [Double]) -> Double {
    precondition(
      a.count == weights.count && b.count == weights.count,
      "points of \(a.count) and \(b.count) coordinates for \(weights.count) lengthscales")
    var sum = 0.0
    for index in weights.indices {
      let difference = a[index] - b[index]
      sum += difference * difference * weights[index]
    }
    return sum
  }

  /// g as a function of r².
  private func correlation(_ squared: Double) -> Double {
    switch form {
    case .squaredExponential: return exp(-0.5 * squared)
    case .matern52:
      let r = (5 * squared).squareRoot()
      return (1 + r + r * r / 3) * exp(-r)
    }
  }

  /// dg/d(r²), finite at 0 for both forms.
  private func slope(_ squared: Double) -> Double {
    switch form {
    case .squaredExponential: return -0.5 * exp(-0.5 * squared)
    case .matern52:
      let r = (5 * squared).squareRoot()
      return -5.0 / 6 * (1 + r) * exp(-r)
    }
  }
}
