import Foundation
import LinearAlgebra

/// Rows of a structured kernel's matrix, k(X, z): the covariances of the observed points with one
/// more, and quickly those with its neighbours.
///
/// A flip of a bit changes the linear part of a row by a column that is known beforehand, and
/// multiplies each entry of its Hamming part by one of two factors.
struct KernelRows: Sendable {
  /// A point's row, with what its neighbours' rows are made from.
  struct Row: Sendable {
    let point: BitVector
    let features: [Double]
    /// What setting a bit adds to each quadratic feature.
    let couplings: [[Double]]
    /// M·features; empty where no variances are asked for.
    let image: [Double]
    /// k(z, z); 0 where no variances are asked for.
    let priorVariance: Double
    /// k(X, z).
    let values: [Double]
    /// The Hamming part of `values`.
    let hamming: [Double]
  }

  /// The number of observed points.
  let count: Int
  let structure: KernelStructure
  /// M, the prior covariance of the features' weights.
  let covariance: Matrix
  /// Φ·M, an observed point per row.
  let images: Matrix
  /// The bits of the observed points, a point per row.
  let bits: Matrix
  /// What a bit multiplies the Hamming part by where the flip leads nearer, and where it leads
  /// away.
  let nearer: [Double]
  let farther: [Double]
  private let constant: Double
  private let hammingScale: Double
  private let bitRates: [Double]
  /// Σ rate over each observed point's ones.
  private let rateSums: [Double]

  init(_ kernel: StructuredKernel, _ points: [BitVector]) {
    count = points.count
    structure = kernel.structure
    covariance = kernel.weightCovariance
    constant = kernel.constantScale
    hammingScale = kernel.hammingScale
    let rates = kernel.bitRates
    bitRates = rates
    nearer = rates.map { exp($0) }
    farther = rates.map { exp(-$0) }
    var bits = Matrix(rows: points.count, columns: structure.dimension)
    var features = Matrix(rows: points.count, columns: structure.featureCount)
    for (row, point) in points.enumerated() {
      for bit in point.ones { bits[row, bit] = 1 }
      for (index, value) in structure.features(point).enumerated() {
        features[row, index] = value
      }
    }
    self.bits = bits
    images = features.times(symmetric: covariance)
    rateSums = points.map { $0.ones.reduce(0) { $0 + rates[$1] } }
  }

  /// The row of one point, with what the prior variances of its neighbours need unless none is
  /// asked for.
  func row(_ point: BitVector, withVariance: Bool = true) -> Row {
    let couplings = structure.couplings(point)
    let features = structure.features(point, couplings: couplings)
    let image = withVariance ? covariance.symmetricTimes(features) : []
    var values = images.times(features)
    // The distance is Σ rate·(z + x − 2zx).
    let own = point.ones.reduce(0) { $0 + bitRates[$1] }
    let shared = bits.times(bitRates.indices.map { point[$0] ? bitRates[$0] : 0 })
    let hamming = (0..<count).map { hammingScale * exp(2 * shared[$0] - own - rateSums[$0]) }
    for index in 0..<count { values[index] += constant + hamming[index] }
    return Row(
      point: point, features: features, couplings: couplings, image: image,
      priorVariance: withVariance ? constant + dot(features, image) + hammingScale : 0,
      values: values,
      hamming: hamming)
  }
}
