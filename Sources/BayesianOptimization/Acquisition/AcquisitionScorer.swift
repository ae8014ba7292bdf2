import CLAPACKE
import Foundation

/// The acquisition function over bit vectors, evaluated quickly for one point and estimated for all
/// its neighbours at once.
///
/// A flip of a bit changes the linear part of a kernel row by a column that is known beforehand, and
/// multiplies each entry of its Hamming part by one of two factors. So the products of all
/// neighbours' rows with two vectors — the posterior mean's weights, and K⁻¹ times the parent's own
/// row — are two small matrix products with the bits of the observations. The first gives exact
/// means; the second an upper bound of the variances,
///
///     s²(z') = k(z', z') − k'ᵀK⁻¹k' = k(z', z') + kᵀK⁻¹k − 2·k'ᵀK⁻¹k − ΔᵀK⁻¹Δ,  k' = k + Δ,
///
/// in O(n) instead of O(n²) each. Which neighbours are worth an exact evaluation is decided by an
/// estimate half-way between that bound and the parent's variance.
struct AcquisitionScorer {
  /// A point with its exact acquisition value, and what its neighbours' estimates need.
  struct Scored {
    let point: BitVector
    let value: Double
    let prediction: Acquisition.Prediction
    let features: [Double]
    /// What setting a bit adds to each quadratic feature.
    let couplings: [[Double]]
    /// M·features.
    let image: [Double]
    let priorVariance: Double
    /// kᵀK⁻¹k.
    let explained: Double
    /// The kernel row, and its Hamming part.
    let row: [Double]
    let hamming: [Double]
    /// K⁻¹k.
    let solution: [Double]
  }

  /// A neighbour: bit `first` flipped, and bit `second` too where it is not negative.
  struct Move {
    let estimate: Double
    let first: Int
    let second: Int

    func apply(to point: BitVector) -> BitVector {
      second < 0 ? point.flipping(first) : point.flipping(first, second)
    }
  }

  let process: GaussianProcess<StructuredKernel>
  let acquisition: Acquisition
  let free: [Int]
  let costs: Composition?
  let structure: KernelStructure
  let covariance: Matrix
  let constant: Double
  let count: Int
  /// Bits, an observation per row: observation `r`, bit `i` at `r + i·count`.
  let bits: [Double]
  /// Σ rate over the observation's ones.
  let rateSums: [Double]
  let bitRates: [Double]
  let up: [Double]
  let down: [Double]
  /// Φ·M: observation `r`, feature `f` at `r + f·count`.
  let images: [Double]
  /// The mean: of the posterior, or a sample's.
  let mean: Functional
  /// The covariance with a contrast.
  let covarianceWithContrast: Functional?

  /// A functional with what evaluates it quickly.
  struct Functional {
    let functional: KernelFunctional
    /// Lᵀ·weights: what it is on rows that are already L⁻¹k.
    let half: [Double]
    /// What one unit of each feature changes it by: a posterior mean's are the posterior means of
    /// the features' weights.
    let slopes: [Double]
  }

  /// - Parameters:
  ///   - mean: what to use as the mean; the posterior mean unless told.
  ///   - covariance: the functional of a contrast, for `Acquisition.information`.
  init(
    process: GaussianProcess<StructuredKernel>, acquisition: Acquisition,
    composition: Composition?, free: [Int], mean: KernelFunctional? = nil,
    covariance contrast: KernelFunctional? = nil
  ) {
    self.process = process
    self.acquisition = acquisition
    self.free = free
    costs = composition
    let kernel = process.kernel
    structure = kernel.structure
    covariance = kernel.weightCovariance
    constant = kernel.constantScale
    bitRates = kernel.bitRates
    up = bitRates.map { exp($0) }
    down = bitRates.map { exp(-$0) }
    let points = process.observations.map(\.point)
    let (structure, rates) = (structure, bitRates)
    count = points.count
    let (rows, columns) = (points.count, structure.featureCount)
    var bits = [Double](repeating: 0, count: rows * structure.dimension)
    var features = [Double](repeating: 0, count: rows * columns)
    var images = [Double](repeating: 0, count: rows * columns)
    for (row, point) in points.enumerated() {
      for bit in point.ones { bits[row + bit * rows] = 1 }
      for (index, value) in structure.features(point).enumerated() {
        features[row + index * rows] = value
      }
    }
    if rows > 0 {
      cblas_dsymm(
        CblasColMajor, CblasRight, CblasLower, Int32(rows), Int32(columns), 1,
        covariance.elements, Int32(columns), features, Int32(rows), 0, &images, Int32(rows))
    }
    self.bits = bits
    self.images = images
    rateSums = points.map { $0.ones.reduce(0) { $0 + rates[$1] } }
    func prepare(_ functional: KernelFunctional, half: [Double]? = nil) -> Functional {
      var slopes = Self.transposedProduct(
        images, functional.weights, rows: rows, columns: columns)
      for (index, weight) in (functional.featureWeights ?? []).enumerated() {
        slopes[index] += weight
      }
      return Functional(
        functional: functional,
        half: half ?? process.factor.multiplyTransposed(functional.weights), slopes: slopes)
    }
    self.mean =
      mean.map { prepare($0) } ?? prepare(process.meanFunctional, half: process.targetHalf)
    covarianceWithContrast = contrast.map { prepare($0) }
  }

  static func transposedProduct(
    _ matrix: [Double], _ vector: [Double], rows: Int, columns: Int
  ) -> [Double] {
    var result = [Double](repeating: 0, count: columns)
    guard rows > 0 else { return result }
    cblas_dgemv(
      CblasColMajor, CblasTrans, Int32(rows), Int32(columns), 1, matrix, Int32(rows), vector, 1, 0,
      &result, 1)
    return result
  }

  func product(_ matrix: [Double], _ vector: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: count)
    guard count > 0 else { return result }
    cblas_dgemv(
      CblasColMajor, CblasNoTrans, Int32(count), Int32(vector.count), 1, matrix, Int32(count),
      vector, 1, 0, &result, 1)
    return result
  }

  /// The value of one point.
  func value(_ point: BitVector) -> Double { score(point, withSolution: false).value }

  /// The value of one point, with what its neighbours' estimates need.
  func score(_ point: BitVector) -> Scored { score(point, withSolution: true) }

  func score(_ point: BitVector, withSolution: Bool) -> Scored {
    let features = structure.features(point)
    let image = covariance.symmetricProduct(features)
    let priorVariance = constant + dot(features, image) + process.kernel.hammingScale
    var half = product(images, features)
    // The distance is Σ rate·(z + x − 2zx).
    let own = point.ones.reduce(0) { $0 + bitRates[$1] }
    let shared = product(bits, bitRates.indices.map { point[$0] ? bitRates[$0] : 0 })
    let scale = process.kernel.hammingScale
    let hamming = (0..<count).map { scale * exp(2 * shared[$0] - own - rateSums[$0]) }
    for index in 0..<count { half[index] += constant + hamming[index] }
    let row = half
    if acquisition.needsVariance {
      half.withUnsafeMutableBufferPointer {
        process.factor.solveLower(in: $0, columns: 1)
      }
    }
    let (prediction, explained) = half.withUnsafeBufferPointer {
      predict($0, features, priorVariance, cost: costs?.cost(of: point) ?? 0)
    }
    if withSolution && acquisition.needsVariance {
      half.withUnsafeMutableBufferPointer { process.factor.solveTransposed(in: $0) }
    }
    return Scored(
      point: point, value: acquisition.value(prediction), prediction: prediction,
      features: features, couplings: structure.couplings(point), image: image,
      priorVariance: priorVariance, explained: explained, row: row, hamming: hamming,
      solution: half)
  }

  /// What the model says of a point, from L⁻¹k — or from k itself where variances do not count — and
  /// kᵀK⁻¹k.
  private func predict(
    _ row: UnsafeBufferPointer<Double>, _ features: [Double], _ priorVariance: Double, cost: Double
  ) -> (Acquisition.Prediction, explained: Double) {
    let needsVariance = acquisition.needsVariance
    func value(_ function: Functional) -> Double {
      let factors = needsVariance ? function.half : function.functional.weights
      return function.functional.prior(features)
        + cblas_ddot(Int32(count), row.baseAddress, 1, factors, 1)
    }
    let explained =
      needsVariance ? cblas_ddot(Int32(count), row.baseAddress, 1, row.baseAddress, 1) : 0
    return (
      Acquisition.Prediction(
        mean: value(mean), variance: max(priorVariance - explained, 1e-12 * priorVariance),
        covariance: covarianceWithContrast.map(value) ?? 0, cost: cost), explained
    )
  }

  /// The value of a scored point without the shortcuts of the search.
  func exactValue(_ scored: Scored) -> Double { acquisition.exactValue(scored.prediction) }

  /// Values of neighbours of a scored point.
  func values(_ moves: ArraySlice<Move>, of parent: Scored) -> [Double] {
    guard count > 0 else { return moves.map { score($0.apply(to: parent.point)).value } }
    var rows = [Double](repeating: 0, count: count * moves.count)
    return rows.withUnsafeMutableBufferPointer { rows in
      let priors = moves.enumerated().map { column, move in
        fill(
          UnsafeMutableBufferPointer(rebasing: rows[(column * count)..<(column + 1) * count]),
          move, parent)
      }
      if acquisition.needsVariance {
        process.factor.solveLower(in: rows, columns: moves.count)
      }
      return moves.enumerated().map { column, move in
        let row = UnsafeBufferPointer(rebasing: rows[(column * count)..<(column + 1) * count])
        let prior = priors[column]
        return acquisition.value(
          predict(row, prior.features, prior.variance, cost: cost(move, parent)).0)
      }
    }
  }
}
