import Foundation

/// The kernel of the bit-vector optimiser: a constant, a linear and an exponential-Hamming term, with
/// four hyper-parameters whatever the dimension.
///
///     k(z, z') = s₀² + s_L²·(1 − 2h/d) + s_H²·exp(−θh/d),   h the Hamming distance of z and z'
///
/// - The linear term is x·x'/d of x = 2z − 1 ∈ {−1, 1}^d: each bit has a main effect, with the same
///   prior variance s_L²/d. Linear models alone are hard to beat with few observations.
/// - The exponential of the Hamming distance is the heat kernel of the hypercube up to scale: it is
///   a product over bits, and contains interactions of every order (Kondor and Lafferty 2002;
///   Doumont, Picheny, Borovitskiy and Moss, *Omnipresent Yet Overlooked: Heat Kernels in
///   Combinatorial Bayesian Optimization*, NeurIPS 2025).
///
/// One lengthscale per bit would be 64–160 parameters for 200 observations; there are none here. A
/// smooth term in the number of ones was tried and made the search worse.
///
/// The kernel is a function of h alone. So it is invariant under permutations of the bits and under
/// exclusive or with any mask: it cannot favour all-zeros or all-ones optima. And its values are
/// looked up in a table of d + 1, its gradients contracted over a histogram.
///
/// Parameters: [log s₀², log s_L², log s_H², log θ].
public struct BitVectorKernel: Kernel {
  /// The number of bits, d.
  public let dimension: Int
  /// [log s₀², log s_L², log s_H², log θ].
  public var parameters: [Double] {
    willSet {
      precondition(newValue.count == parameters.count, "a kernel keeps its number of parameters")
    }
  }

  /// A kernel of `dimension` bits; the default parameters are the modes of `priors`.
  public init(dimension: Int, parameters: [Double]? = nil) {
    precondition(dimension >= 1, "a kernel of \(dimension) bits")
    let parameters = parameters ?? Self.priors.map(\.mean)
    precondition(parameters.count == Self.priors.count, "four parameters are expected")
    self.dimension = dimension
    self.parameters = parameters
  }

  /// Log-normal priors for observations of about zero mean and unit variance: wide (a factor of
  /// four either way), and centred so that a typical k(z, z) is between one and two.
  public static let priors: [LogNormalPrior] = [
    LogNormalPrior(mean: -1, standardDeviation: 1.5),
    LogNormalPrior(mean: -0.5, standardDeviation: 1.5),
    LogNormalPrior(mean: -0.5, standardDeviation: 1.5),
    LogNormalPrior(mean: 1.5, standardDeviation: 1),
  ]

  /// The Hamming distances of a set of points.
  public struct Pairwise: Sendable {
    let count: Int
    /// Row `i` of column `j` at `i + j * count`; the lower triangle only.
    var distances: [Int32]
  }

  /// The covariance of two points.
  public func value(_ a: BitVector, _ b: BitVector) -> Double {
    covariance(a.hammingDistance(to: b))
  }

  /// The distances, which are all that the kernel ever looks at.
  public func pairwise(_ inputs: [BitVector]) -> Pairwise {
    let count = inputs.count
    var distances = [Int32](repeating: 0, count: count * count)
    for column in 0..<count {
      for row in column + 1..<max(count, column + 1) {
        distances[row + column * count] = Int32(inputs[row].hammingDistance(to: inputs[column]))
      }
    }
    return Pairwise(count: count, distances: distances)
  }

  /// The covariance matrix.
  public func gram(_ pairwise: Pairwise) -> Matrix {
    let count = pairwise.count
    let table = table
    var matrix = Matrix(rows: count, columns: count)
    matrix.elements.withUnsafeMutableBufferPointer { elements in
      for column in 0..<count {
        for row in column..<count {
          elements[row + column * count] = table[Int(pairwise.distances[row + column * count])]
        }
      }
    }
    matrix.mirrorLower()
    return matrix
  }

  /// The covariances of every point of `inputs` (rows) with every one of `points` (columns).
  public func cross(_ inputs: [BitVector], _ points: [BitVector]) -> Matrix {
    let table = table
    var matrix = Matrix(rows: inputs.count, columns: points.count)
    for (column, point) in points.enumerated() {
      for (row, input) in inputs.enumerated() {
        matrix[row, column] = table[input.hammingDistance(to: point)]
      }
    }
    return matrix
  }

  /// The derivatives by the log parameters, summed over the histogram of h.
  public func gradient(_ pairwise: Pairwise, weights: Matrix) -> [Double] {
    let count = pairwise.count
    var histogram = [Double](repeating: 0, count: dimension + 1)
    weights.elements.withUnsafeBufferPointer { weights in
      for column in 0..<count {
        for row in column..<count {
          // Off the diagonal each pair counts twice.
          let weight = weights[row + column * count] * (row == column ? 1 : 2)
          histogram[Int(pairwise.distances[row + column * count])] += weight
        }
      }
    }
    let s = parameters.map { exp($0) }
    var gradient = [0.0, 0.0, 0.0, 0.0]
    for (h, weight) in histogram.enumerated() {
      let fraction = Double(h) / Double(dimension)
      let hamming = s[2] * exp(-s[3] * fraction)
      gradient[0] += weight * s[0]
      gradient[1] += weight * s[1] * (1 - 2 * fraction)
      gradient[2] += weight * hamming
      gradient[3] -= weight * hamming * s[3] * fraction
    }
    return gradient
  }

  /// The covariances at the distances 0 … d.
  var table: [Double] { (0...dimension).map(covariance) }

  private func covariance(_ distance: Int) -> Double {
    let fraction = Double(distance) / Double(dimension)
    return exp(parameters[0]) + exp(parameters[1]) * (1 - 2 * fraction)
      + exp(parameters[2] - exp(parameters[3]) * fraction)
  }
}
