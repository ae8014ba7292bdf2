import Foundation
import LinearAlgebra
import Statistics

/// Draws functions from a posterior that knows that no bit does good: the bits' weights are not
/// positive.
///
/// Where many small harms are each as uncertain as they are large, a normal posterior takes a good
/// part of them for gains, and the best of all points for much better than any is. Given the data,
/// the weights of the features and the constant are normal with precision P = M⁻¹ + ΦᵀC⁻¹Φ, where C
/// is the covariance of the Hamming term and the noise. One after the other is drawn given all
/// others, the bits' cut off at zero: Gibbs sampling of a truncated normal distribution (Geweke,
/// *Efficient simulation from the multivariate normal and Student-t distributions subject to linear
/// constraints*, 1991). Of the Hamming term it is the conditional mean given that draw.
struct HarmSampler: Sendable {
  private let process: GaussianProcess<StructuredKernel>
  /// Φ, and Φ·M.
  private let features: Matrix
  private let images: Matrix
  /// The factor of C.
  private let rest: Cholesky
  private let precision: Matrix
  /// The state of the chain: the weights, the constant's last, and ΦᵀC⁻¹y − P·weights.
  private var weights: [Double]
  private var residual: [Double]

  /// Before the first draw, and from one to the next.
  private static let firstSweeps = 60
  private static let sweeps = 6

  /// Nil where a matrix is not positive definite.
  init?(_ process: GaussianProcess<StructuredKernel>, random: inout RandomSource) {
    let (kernel, points) = (process.kernel, process.observations.map(\.point))
    let prior = kernel.weightCovariance
    guard let rest = try? Cholesky(Self.restCovariance(process)),
      let inverse = (try? Cholesky(prior))?.inverse()
    else { return nil }
    let (count, size) = (points.count, kernel.structure.featureCount)
    // Of each feature, and of the constant, what it is at the observations.
    var columns = [[Double]](repeating: [Double](repeating: 1, count: count), count: size + 1)
    var features = Matrix(rows: count, columns: size)
    for (row, point) in points.enumerated() {
      for (column, value) in kernel.structure.features(point).enumerated() {
        columns[column][row] = value
        features[row, column] = value
      }
    }
    var precision = Matrix(rows: size + 1, columns: size + 1)
    for column in 0...size {
      let solved = rest.solve(columns[column])
      for row in 0...size {
        precision[row, column] =
          dot(solved, columns[row]) + (row < size && column < size ? inverse[row, column] : 0)
      }
    }
    precision[size, size] += 1 / kernel.constantScale
    let values = rest.solve(process.observations.map(\.value))
    self.process = process
    self.features = features
    images = features.times(symmetric: prior)
    self.rest = rest
    self.precision = precision
    weights = [Double](repeating: 0, count: size + 1)
    residual = columns.map { dot($0, values) }
    for _ in 0..<Self.firstSweeps { sweep(&random) }
  }

  /// C.
  private static func restCovariance(_ process: GaussianProcess<StructuredKernel>) -> Matrix {
    let (kernel, points) = (process.kernel, process.observations.map(\.point))
    let (rates, scale) = (kernel.bitRates, kernel.hammingScale)
    var covariance = process.noiseCovariance
    for column in points.indices {
      for row in points.indices {
        covariance[row, column] +=
          scale * exp(-points[row].sum(rates, differingFrom: points[column]))
      }
    }
    return covariance
  }

  /// The next function.
  mutating func draw(_ random: inout RandomSource) -> FunctionSample {
    for _ in 0..<Self.sweeps { sweep(&random) }
    let size = features.columns
    let (drawn, constant) = (Array(weights[..<size]), weights[size])
    let explained = features.times(drawn)
    let solution = rest.solve(
      process.observations.indices.map {
        process.observations[$0].value - explained[$0] - constant
      })
    // The kernel rows that the solution is multiplied by have the features' part and the constant's
    // in them, which the draw is in place of.
    let known = images.transposedTimes(solution)
    return FunctionSample(
      process,
      KernelFunctional(
        constant: constant - process.kernel.constantScale * solution.reduce(0, +),
        featureWeights: zip(drawn, known).map { $0 - $1 }, weights: solution))
  }

  private mutating func sweep(_ random: inout RandomSource) {
    let (size, bits) = (weights.count, process.kernel.structure.dimension)
    precision.elements.withUnsafeBufferPointer { precision in
      residual.withUnsafeMutableBufferPointer { residual in
        for index in 0..<size {
          let column = index * size
          let mean = weights[index] + residual[index] / precision[column + index]
          let deviation = 1 / precision[column + index].squareRoot()
          let drawn =
            index < bits
            ? random.nonpositiveNormal(mean: mean, standardDeviation: deviation)
            : mean + deviation * random.normal()
          let change = drawn - weights[index]
          weights[index] = drawn
          for row in 0..<size { residual[row] -= precision[column + row] * change }
        }
      }
    }
  }
}
