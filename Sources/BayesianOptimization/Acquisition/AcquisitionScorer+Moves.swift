import CLAPACKE
import Foundation

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
      ? [Double](repeating: 0, count: structure.featureCount)
      : Self.transposedProduct(
        images, parent.solution, rows: count, columns: structure.featureCount)
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
      var (mean, cross) = (featureMeans[bit], linear[bit])
      for (index, coupling) in parent.couplings.enumerated() {
        mean += featureMeans[dimension + index] * coupling[bit]
        cross += linear[dimension + index] * coupling[bit]
      }
      means.append(sign * mean + hamming(bit, 0))
      crosses.append(sign * cross + hamming(bit, 1))
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
