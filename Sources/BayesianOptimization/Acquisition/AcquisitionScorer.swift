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
    fileprivate let features: [Double]
    /// M·features.
    fileprivate let image: [Double]
    fileprivate let priorVariance: Double
    /// kᵀK⁻¹k.
    fileprivate let explained: Double
    /// The kernel row, and its Hamming part.
    fileprivate let row: [Double]
    fileprivate let hamming: [Double]
    /// K⁻¹k.
    fileprivate let solution: [Double]
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
  private let costs: Composition?
  private let structure: KernelStructure
  private let covariance: Matrix
  private let constant: Double
  private let count: Int
  /// Bits, an observation per row: observation `r`, bit `i` at `r + i·count`.
  private let bits: [Double]
  /// Σ rate over the observation's ones.
  private let rateSums: [Double]
  private let bitRates: [Double]
  private let up: [Double]
  private let down: [Double]
  /// Φ·M: observation `r`, feature `f` at `r + f·count`.
  private let images: [Double]
  /// (Φ·M)ᵀ·weights: the posterior means of the features' weights.
  private let featureMeans: [Double]
  /// What the means are linear in: K⁻¹y, or a sample's.
  private let weights: [Double]
  private let weightsHalf: [Double]
  private let priorWeights: [Double]?
  private let priorConstant: Double

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
    let (rows, columns) = (points.count, structure.dimension)
    var bits = [Double](repeating: 0, count: rows * columns)
    var features = [Double](repeating: -structure.origin, count: rows * columns)
    var images = [Double](repeating: 0, count: rows * columns)
    for (row, point) in points.enumerated() {
      for bit in point.ones {
        bits[row + bit * rows] = 1
        features[row + bit * rows] += 1
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
      images, weights, rows: points.count, columns: structure.dimension)
    if let prior = sample?.priorWeights { for i in prior.indices { means[i] += prior[i] } }
    featureMeans = means
  }

  private static func transposedProduct(
    _ matrix: [Double], _ vector: [Double], rows: Int, columns: Int
  ) -> [Double] {
    var result = [Double](repeating: 0, count: columns)
    guard rows > 0 else { return result }
    cblas_dgemv(
      CblasColMajor, CblasTrans, Int32(rows), Int32(columns), 1, matrix, Int32(rows), vector, 1, 0,
      &result, 1)
    return result
  }

  private func product(_ matrix: [Double], _ vector: [Double]) -> [Double] {
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

  private func score(_ point: BitVector, withSolution: Bool) -> Scored {
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
      mean: mean, variance: variance, cost: cost, features: features, image: image,
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

  private func cost(_ move: Move, _ parent: Scored) -> Double {
    guard let costs else { return 0 }
    var cost = parent.cost + (parent.point[move.first] ? 1 : -1) * costs.costs[move.first]
    if move.second >= 0 {
      cost += (parent.point[move.second] ? 1 : -1) * costs.costs[move.second]
    }
    return cost
  }

  /// Writes a neighbour's kernel row, and returns its prior variance.
  private func fill(
    _ target: UnsafeMutableBufferPointer<Double>, _ move: Move, _ parent: Scored
  ) -> (variance: Double, priorMean: Double) {
    var features = parent.features
    let flipped = move.second < 0 ? [move.first] : [move.first, move.second]
    for index in 0..<count { target[index] = parent.row[index] - parent.hamming[index] }
    images.withUnsafeBufferPointer { images in
      for bit in flipped {
        let sign = parent.point[bit] ? -1.0 : 1.0
        features[bit] += sign
        for index in 0..<count { target[index] += sign * images[bit * count + index] }
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
    var variance = parent.priorVariance
    for bit in flipped { variance += priorChange(bit, parent) }
    if move.second >= 0 {
      let signs = parent.point[move.first] == parent.point[move.second] ? 2.0 : -2.0
      variance += signs * covariance[move.first, move.second]
    }
    return (variance, priorMean)
  }

  /// What a flip adds to the prior variance: 2Δᵀ(M·features) + ΔᵀMΔ.
  private func priorChange(_ bit: Int, _ parent: Scored) -> Double {
    (parent.point[bit] ? -2 : 2) * parent.image[bit] + covariance[bit, bit]
  }
}

extension AcquisitionScorer {
  /// What flips of single bits change: one entry per free bit.
  struct Flips {
    fileprivate let parent: Scored
    fileprivate let means: [Double]
    fileprivate let crosses: [Double]
    fileprivate let priors: [Double]
    fileprivate let costs: [Double]
  }

  /// The changes by each flip of a free bit.
  func flips(_ parent: Scored) -> Flips {
    let linear =
      improvement.isGreedy
      ? [Double](repeating: 0, count: structure.dimension)
      : Self.transposedProduct(
        images, parent.solution, rows: count, columns: structure.dimension)
    // Σ v·H over all observations, and over those with a one at each bit.
    var vectors = [Double](repeating: 0, count: 2 * count)
    var totals = [0.0, 0.0]
    for index in 0..<count {
      vectors[index] = weights[index] * parent.hamming[index]
      vectors[count + index] = parent.solution[index] * parent.hamming[index]
      totals[0] += vectors[index]
      totals[1] += vectors[count + index]
    }
    let dimension = structure.dimension
    var sums = [Double](repeating: 0, count: 2 * dimension)
    if count > 0 {
      cblas_dgemm(
        CblasColMajor, CblasTrans, CblasNoTrans, Int32(dimension), 2, Int32(count), 1, bits,
        Int32(count), vectors, Int32(count), 0, &sums, Int32(dimension))
    }
    func hamming(_ bit: Int, _ which: Int) -> Double {
      let ones = sums[bit + which * dimension]
      let same = parent.point[bit] ? ones : totals[which] - ones
      return same * (down[bit] - 1) + (totals[which] - same) * (up[bit] - 1)
    }
    var means: [Double] = []
    var crosses: [Double] = []
    var priors: [Double] = []
    var prices: [Double] = []
    for bit in free {
      let sign = parent.point[bit] ? -1.0 : 1.0
      means.append(sign * featureMeans[bit] + hamming(bit, 0))
      crosses.append(sign * linear[bit] + hamming(bit, 1))
      priors.append(priorChange(bit, parent))
      prices.append(-sign * (costs?.costs[bit] ?? 0))
    }
    return Flips(parent: parent, means: means, crosses: crosses, priors: priors, costs: prices)
  }

  /// All flips, the most promising first.
  func moves(_ flips: Flips) -> [Move] {
    free.indices.map { index in
      Move(
        estimate: estimate(
          flips.parent, flips.means[index], flips.crosses[index], flips.priors[index],
          flips.costs[index]), first: free[index], second: -1)
    }.sorted { ($0.estimate, $1.first) > ($1.estimate, $0.first) }
  }

  /// The most ones, and the most zeros, whose exchanges are estimated.
  private static let exchanged = 32

  /// The most promising exchanges of a free one and a free zero. A pair of flips is taken to change
  /// what each changes by itself.
  func exchanges(_ flips: Flips, count limit: Int) -> [Move] {
    let point = flips.parent.point
    // Of many, those that do best (or least badly) alone.
    let alone = free.indices.map { index in
      estimate(
        flips.parent, flips.means[index], flips.crosses[index], flips.priors[index],
        flips.costs[index])
    }
    let order = free.indices.stableSorted { alone[$0] > alone[$1] }
    let ones = order.filter { point[free[$0]] }.prefix(Self.exchanged)
    let zeros = order.filter { !point[free[$0]] }.prefix(Self.exchanged)
    var moves: [Move] = []
    moves.reserveCapacity(ones.count * zeros.count)
    for fall in ones {
      for rise in zeros {
        let value = estimate(
          flips.parent, flips.means[fall] + flips.means[rise],
          flips.crosses[fall] + flips.crosses[rise], flips.priors[fall] + flips.priors[rise],
          flips.costs[fall] + flips.costs[rise])
        moves.append(Move(estimate: value, first: free[fall], second: free[rise]))
      }
    }
    moves.sort { ($0.estimate, $1.first, $1.second) > ($1.estimate, $0.first, $0.second) }
    return Array(moves.prefix(limit))
  }

  private func estimate(
    _ parent: Scored, _ mean: Double, _ cross: Double, _ prior: Double, _ cost: Double
  ) -> Double {
    // k'ᵀK⁻¹k = kᵀK⁻¹k + cross, so the bound is the parent's variance + prior − 2·cross.
    let bound = parent.variance + max(prior - 2 * cross, -0.9 * parent.variance)
    let variance = 0.5 * (parent.variance + min(bound, parent.priorVariance + prior))
    return improvement.logValue(
      mean: parent.mean + mean, variance: max(variance, 1e-12 * parent.priorVariance),
      cost: parent.cost + cost)
  }
}

extension AcquisitionScorer {
  /// Optima of the posterior mean's linear part less a multiple of the cost, for a range of
  /// multipliers: for every saving the bits of least harm per saving (Dantzig's relaxation of the
  /// knapsack).
  func linearOptima() -> [BitVector] {
    let point = BitVector(count: structure.dimension)
    let ratios = free.map { bit in
      (bit: bit, ratio: -featureMeans[bit] / max(costs?.costs[bit] ?? 1, 1e-300))
    }.stableSorted { $0.ratio < $1.ratio }
    guard costs != nil else {
      return [BitVector(count: point.count, ones: free.filter { featureMeans[$0] > 0 })]
    }
    let candidates = stride(from: 1, through: free.count, by: max(1, free.count / 24)).map {
      BitVector(count: point.count, ones: ratios.prefix($0).map(\.bit))
    }
    let values = candidates.map(value)
    return candidates.indices.stableSorted { values[$0] > values[$1] }.prefix(2).map {
      candidates[$0]
    }
  }
}
