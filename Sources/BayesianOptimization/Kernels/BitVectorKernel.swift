import Foundation

/// The kernel of the bit-vector optimiser: a constant, a linear, a density and an exponential-Hamming
/// term, with six hyper-parameters whatever the dimension.
///
///     k(z, z') = s₀² + s_L²·(1 − 2h/d) + s_D²·exp(−½((p − p')/(ρd))²) + s_H²·exp(−θh/d)
///
/// where h is the Hamming distance and p, p' are the popcounts of z and z'.
///
/// - The linear term is x·x'/d of x = 2z − 1 ∈ {−1, 1}^d: each bit has a main effect, with the
///   same prior variance s_L²/d. Linear models alone are hard to beat with few observations.
/// - The density term is a smooth function of the number of ones: what all bits have in common. It
///   lets a value rise with the density and then collapse, from a handful of observations.
/// - The exponential of the Hamming distance is the heat kernel of the hypercube up to scale: it is
///   a product over bits, and contains interactions of every order (Kondor and Lafferty 2002;
///   Doumont, Picheny, Borovitskiy and Moss, *Omnipresent Yet Overlooked: Heat Kernels in
///   Combinatorial Bayesian Optimization*, NeurIPS 2025).
///
/// One lengthscale per bit would be 64–160 parameters for 200 observations; there are none here.
/// Without the density term the kernel depends on h alone, so it is invariant under permutations of
/// the bits and under exclusive or with any mask: it cannot favour all-zeros or all-ones optima.
///
/// Everything is a function of h and |p − p'|, small integers: values are looked up in two tables,
/// and gradients are contracted over histograms.
///
/// Parameters: [log s₀², log s_L², log s_D², log ρ, log s_H², log θ].
public struct BitVectorKernel: Kernel {
  /// The number of bits, d.
  public let dimension: Int
  /// [log s₀², log s_L², log s_D², log ρ, log s_H², log θ].
  public var parameters: [Double] {
    willSet {
      precondition(newValue.count == parameters.count, "a kernel keeps its number of parameters")
    }
  }

  /// Positions in `parameters`.
  public enum Parameter: Int, CaseIterable, Sendable {
    /// log s₀², the variance of the constant.
    case constant
    /// log s_L², the variance of the linear term.
    case linear
    /// log s_D², the variance of the density term.
    case density
    /// log ρ, the lengthscale of the density term as a fraction of d.
    case densityLengthscale
    /// log s_H², the variance of the Hamming term.
    case hamming
    /// log θ, the decay of the Hamming term over the whole hypercube.
    case decay
  }

  /// A kernel of `dimension` bits; the default parameters are the modes of the optimiser's priors.
  public init(dimension: Int, parameters: [Double]? = nil) {
    precondition(dimension >= 1, "a kernel of \(dimension) bits")
    let parameters = parameters ?? Self.priors.map(\.mean)
    precondition(parameters.count == Parameter.allCases.count, "six parameters are expected")
    self.dimension = dimension
    self.parameters = parameters
  }

  /// The Hamming distances of a set of points, and its popcounts.
  public struct Pairwise: Sendable {
    let count: Int
    /// Row `i` of column `j` at `i + j * count`; the lower triangle only.
    var distances: [Int32]
    let popcounts: [Int32]
  }

  /// The covariance of two points.
  public func value(_ a: BitVector, _ b: BitVector) -> Double {
    covariance(
      distance: Double(a.hammingDistance(to: b)), density: Double(a.popcount - b.popcount))
  }

  /// The distances and popcounts, which are all that the kernel ever looks at.
  public func pairwise(_ inputs: [BitVector]) -> Pairwise {
    let count = inputs.count
    var distances = [Int32](repeating: 0, count: count * count)
    for column in 0..<count {
      for row in column + 1..<max(count, column + 1) {
        distances[row + column * count] = Int32(inputs[row].hammingDistance(to: inputs[column]))
      }
    }
    return Pairwise(
      count: count, distances: distances, popcounts: inputs.map { Int32($0.popcount) })
  }

  /// The covariance matrix.
  public func gram(_ pairwise: Pairwise) -> Matrix {
    let count = pairwise.count
    let (distanceTable, densityTable) = tables
    var matrix = Matrix(rows: count, columns: count)
    matrix.elements.withUnsafeMutableBufferPointer { elements in
      for column in 0..<count {
        let popcount = pairwise.popcounts[column]
        for row in column..<count {
          let distance = Int(pairwise.distances[row + column * count])
          let density = Int(abs(pairwise.popcounts[row] - popcount))
          elements[row + column * count] = distanceTable[distance] + densityTable[density]
        }
      }
    }
    matrix.mirrorLower()
    return matrix
  }

  /// The covariances of every point of `inputs` (rows) with every one of `points` (columns).
  public func cross(_ inputs: [BitVector], _ points: [BitVector]) -> Matrix {
    let (distanceTable, densityTable) = tables
    let popcounts = inputs.map(\.popcount)
    var matrix = Matrix(rows: inputs.count, columns: points.count)
    for (column, point) in points.enumerated() {
      let popcount = point.popcount
      for (row, input) in inputs.enumerated() {
        matrix[row, column] =
          distanceTable[input.hammingDistance(to: point)]
          + densityTable[abs(popcounts[row] - popcount)]
      }
    }
    return matrix
  }

  /// The derivatives by the log parameters, summed over the histograms of h and |p − p'|.
  public func gradient(_ pairwise: Pairwise, weights: Matrix) -> [Double] {
    let count = pairwise.count
    var byDistance = [Double](repeating: 0, count: dimension + 1)
    var byDensity = byDistance
    weights.elements.withUnsafeBufferPointer { weights in
      for column in 0..<count {
        let popcount = pairwise.popcounts[column]
        for row in column..<count {
          // Off the diagonal each pair counts twice.
          let weight = weights[row + column * count] * (row == column ? 1 : 2)
          byDistance[Int(pairwise.distances[row + column * count])] += weight
          byDensity[Int(abs(pairwise.popcounts[row] - popcount))] += weight
        }
      }
    }
    let s = scales
    let d = Double(dimension)
    var gradient = [Double](repeating: 0, count: parameters.count)
    for h in 0...dimension {
      let fraction = Double(h) / d
      let hamming = s.hamming * exp(-s.decay * fraction)
      gradient[Parameter.constant.rawValue] += byDistance[h] * s.constant
      gradient[Parameter.linear.rawValue] += byDistance[h] * s.linear * (1 - 2 * fraction)
      gradient[Parameter.hamming.rawValue] += byDistance[h] * hamming
      gradient[Parameter.decay.rawValue] -= byDistance[h] * hamming * s.decay * fraction
      let ratio = fraction / s.densityLengthscale
      let density = s.density * exp(-0.5 * ratio * ratio)
      gradient[Parameter.density.rawValue] += byDensity[h] * density
      gradient[Parameter.densityLengthscale.rawValue] += byDensity[h] * density * ratio * ratio
    }
    return gradient
  }

  /// The covariance as a function of h in 0 … d (all terms but the density term) and of |p − p'| in
  /// 0 … d (the density term): k = distance[h] + density[|p − p'|].
  var tables: (distance: [Double], density: [Double]) {
    let s = scales
    let d = Double(dimension)
    return (
      (0...dimension).map { h in
        let fraction = Double(h) / d
        return s.constant + s.linear * (1 - 2 * fraction) + s.hamming * exp(-s.decay * fraction)
      },
      (0...dimension).map { difference in
        let ratio = Double(difference) / (d * s.densityLengthscale)
        return s.density * exp(-0.5 * ratio * ratio)
      }
    )
  }

  private func covariance(distance: Double, density: Double) -> Double {
    let s = scales
    let fraction = distance / Double(dimension)
    let ratio = density / (Double(dimension) * s.densityLengthscale)
    return s.constant + s.linear * (1 - 2 * fraction) + s.density * exp(-0.5 * ratio * ratio)
      + s.hamming * exp(-s.decay * fraction)
  }

  private struct Scales {
    let constant, linear, density, densityLengthscale, hamming, decay: Double
  }

  private var scales: Scales {
    Scales(
      constant: exp(parameters[0]), linear: exp(parameters[1]), density: exp(parameters[2]),
      densityLengthscale: exp(parameters[3]), hamming: exp(parameters[4]),
      decay: exp(parameters[5]))
  }

  /// Log-normal priors for observations of about zero mean and unit variance: wide (a factor of
  /// four either way), and centred so that a typical k(z, z) is about one.
  public static let priors: [LogNormalPrior] = [
    LogNormalPrior(mean: -1, standardDeviation: 1.5),
    LogNormalPrior(mean: -0.5, standardDeviation: 1.5),
    LogNormalPrior(mean: -0.5, standardDeviation: 1.5),
    LogNormalPrior(mean: log(0.3), standardDeviation: 0.7),
    LogNormalPrior(mean: -1, standardDeviation: 1.5),
    LogNormalPrior(mean: 1.5, standardDeviation: 1),
  ]
}
