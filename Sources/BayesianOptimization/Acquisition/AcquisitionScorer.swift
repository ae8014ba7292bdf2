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
    let mean: Double
    let variance: Double
    let cost: Double
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
  let improvement: Improvement
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
  /// (Φ·M)ᵀ·weights: the posterior means of the features' weights.
  let featureMeans: [Double]
  /// What the means are linear in: K⁻¹y, or a sample's.
  let weights: [Double]
  let weightsHalf: [Double]
  let priorWeights: [Double]?
  let priorConstant: Double

  init(
    process: GaussianProcess<StructuredKernel>, improvement: Improvement,
    composition: Composition?, free: [Int], sample: FunctionSample? = nil
  ) {
    self.process = process
    self.improvement = improvement
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
    weights = sample?.weights ?? process.weights
    priorWeights = sample?.priorWeights
    priorConstant = sample?.constant ?? 0
    if let sample {
      // L⁻¹K·weights = Lᵀ·weights.
      weightsHalf = process.factor.multiplyTransposed(sample.weights)
    } else {
      weightsHalf = process.targetHalf
    }
    var means = Self.transposedProduct(
      images, weights, rows: points.count, columns: structure.featureCount)
    if let prior = sample?.priorWeights { for i in prior.indices { means[i] += prior[i] } }
    featureMeans = means
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
    var mean = priorConstant + (priorWeights.map { dot($0, features) } ?? 0)
    var explained = 0.0
    if improvement.isGreedy {
      // Only means count: no variance, and nothing to solve.
      mean += dot(row, weights)
    } else {
      half.withUnsafeMutableBufferPointer { half in
        process.factor.solveLower(in: half, columns: 1)
        for index in half.indices {
          mean += half[index] * weightsHalf[index]
          explained += half[index] * half[index]
        }
        if withSolution { process.factor.solveTransposed(in: half) }
      }
    }
    let variance = max(priorVariance - explained, 1e-12 * priorVariance)
    let cost = costs?.cost(of: point) ?? 0
    return Scored(
      point: point, value: improvement.logValue(mean: mean, variance: variance, cost: cost),
      mean: mean, variance: variance, cost: cost, features: features,
      couplings: structure.couplings(point), image: image,
      priorVariance: priorVariance, explained: explained, row: row, hamming: hamming,
      solution: half)
  }

  /// The value of a scored point without the shortcuts of the search.
  func exactValue(_ scored: Scored) -> Double {
    improvement.exactLogValue(mean: scored.mean, variance: scored.variance, cost: scored.cost)
  }

  /// Values of neighbours of a scored point.
  func values(_ moves: ArraySlice<Move>, of parent: Scored) -> [Double] {
    guard count > 0 else { return moves.map { score($0.apply(to: parent.point)).value } }
    var rows = [Double](repeating: 0, count: count * moves.count)
    var variances: [Double] = []
    var costs: [Double] = []
    var priorMeans: [Double] = []
    rows.withUnsafeMutableBufferPointer { rows in
      for (column, move) in moves.enumerated() {
        let target = UnsafeMutableBufferPointer(
          rebasing: rows[(column * count)..<(column + 1) * count])
        let (variance, priorMean) = fill(target, move, parent)
        variances.append(variance)
        priorMeans.append(priorMean)
        costs.append(cost(move, parent))
      }
      if !improvement.isGreedy { process.factor.solveLower(in: rows, columns: moves.count) }
    }
    let factors = improvement.isGreedy ? weights : weightsHalf
    return moves.indices.enumerated().map { column, _ in
      var mean = priorMeans[column]
      var explained = 0.0
      for index in 0..<count {
        let half = rows[column * count + index]
        mean += half * factors[index]
        explained += half * half
      }
      if improvement.isGreedy { explained = 0 }
      let variance = max(variances[column] - explained, 1e-12 * variances[column])
      return improvement.logValue(mean: mean, variance: variance, cost: costs[column])
    }
  }

  func cost(_ move: Move, _ parent: Scored) -> Double {
    guard let costs else { return 0 }
    var cost = parent.cost + (parent.point[move.first] ? 1 : -1) * costs.costs[move.first]
    if move.second >= 0 {
      cost += (parent.point[move.second] ? 1 : -1) * costs.costs[move.second]
    }
    return cost
  }

  /// Writes a neighbour's kernel row, and returns its prior variance.
  func fill(
    _ target: UnsafeMutableBufferPointer<Double>, _ move: Move, _ parent: Scored
  ) -> (variance: Double, priorMean: Double) {
    var features = parent.features
    let flipped = move.second < 0 ? [move.first] : [move.first, move.second]
    var variance = parent.priorVariance
    for index in 0..<count { target[index] = parent.row[index] - parent.hamming[index] }
    images.withUnsafeBufferPointer { images in
      for bit in flipped {
        let sign = parent.point[bit] ? -1.0 : 1.0
        features[bit] += sign
        for index in 0..<count { target[index] += sign * images[bit * count + index] }
      }
      for feature in structure.dimension..<structure.featureCount {
        let amount = change(feature - structure.dimension, move, parent)
        features[feature] += amount
        for index in 0..<count { target[index] += amount * images[feature * count + index] }
        variance += priorChange(feature, by: amount, parent)
      }
    }
    bits.withUnsafeBufferPointer { bits in
      let first = move.first * count
      let (nearFirst, farFirst) = (up[move.first], down[move.first])
      let firstIsOne: Double = parent.point[move.first] ? 1 : 0
      if move.second < 0 {
        for index in 0..<count {
          target[index] +=
            parent.hamming[index] * (bits[first + index] == firstIsOne ? farFirst : nearFirst)
        }
      } else {
        let second = move.second * count
        let (nearSecond, farSecond) = (up[move.second], down[move.second])
        let secondIsOne: Double = parent.point[move.second] ? 1 : 0
        for index in 0..<count {
          target[index] +=
            parent.hamming[index]
            * (bits[first + index] == firstIsOne ? farFirst : nearFirst)
            * (bits[second + index] == secondIsOne ? farSecond : nearSecond)
        }
      }
    }
    let priorMean = priorConstant + (priorWeights.map { dot($0, features) } ?? 0)
    for bit in flipped {
      variance += priorChange(bit, by: parent.point[bit] ? -1 : 1, parent)
    }
    if move.second >= 0 {
      let signs = parent.point[move.first] == parent.point[move.second] ? 2.0 : -2.0
      variance += signs * covariance[move.first, move.second]
    }
    return (variance, priorMean)
  }

  /// What a move changes a quadratic feature by.
  private func change(_ quadratic: Int, _ move: Move, _ parent: Scored) -> Double {
    let coupling = parent.couplings[quadratic]
    let first = parent.point[move.first] ? -1.0 : 1.0
    if move.second < 0 { return first * coupling[move.first] }
    let second = parent.point[move.second] ? -1.0 : 1.0
    return first * coupling[move.first] + second * coupling[move.second]
      + first * second * structure.quadratics[quadratic][move.first, move.second]
  }

  /// What a change of one feature adds to the prior variance: 2Δᵀ(M·features) + ΔᵀMΔ.
  private func priorChange(_ feature: Int, by amount: Double, _ parent: Scored) -> Double {
    amount * (2 * parent.image[feature] + amount * covariance[feature, feature])
  }

  /// The same for a flip, with all that it changes. The quadratic features' weights are independent
  /// of the others.
  func priorChange(_ bit: Int, _ parent: Scored) -> Double {
    let sign = parent.point[bit] ? -1.0 : 1.0
    return parent.couplings.enumerated().reduce(priorChange(bit, by: sign, parent)) {
      $0 + priorChange(structure.dimension + $1.offset, by: sign * $1.element[bit], parent)
    }
  }
}
