import CLAPACKE
import Foundation
import Statistics

extension AcquisitionScorer {
  /// What flips of single bits change: one entry per free bit.
  struct Flips {
    fileprivate let parent: Scored
    fileprivate let means: [Double]
    fileprivate let covariances: [Double]
    fileprivate let crosses: [Double]
    fileprivate let priors: [Double]
    fileprivate let costs: [Double]
  }

  /// The changes by each flip of a free bit.
  func flips(_ parent: Scored) -> Flips {
    let unused = [Double](repeating: 0, count: free.count)
    var crosses = unused
    if acquisition.needsVariance {
      let slopes = Self.transposedProduct(
        images, parent.solution, rows: count, columns: structure.featureCount)
      crosses = changes(KernelFunctional(weights: parent.solution), slopes, parent)
    }
    return Flips(
      parent: parent, means: changes(mean.functional, mean.slopes, parent),
      covariances: covarianceWithContrast.map { changes($0.functional, $0.slopes, parent) }
        ?? unused,
      crosses: crosses, priors: free.map { priorChange($0, parent) },
      costs: free.map { (parent.point[$0] ? 1 : -1) * (costs?.costs[$0] ?? 0) })
  }

  /// What each flip of a free bit changes a functional by, given what a unit of each feature does.
  private func changes(
    _ functional: KernelFunctional, _ slopes: [Double], _ parent: Scored
  ) -> [Double] {
    // Σ v·H over all observations, and over those with a one at each bit.
    let vector = (0..<count).map { functional.weights[$0] * parent.hamming[$0] }
    let total = vector.reduce(0, +)
    let dimension = structure.dimension
    let sums = Self.transposedProduct(bits, vector, rows: count, columns: dimension)
    return free.map { bit in
      let isOne = parent.point[bit]
      var linear = slopes[bit]
      for (index, coupling) in parent.couplings.enumerated() {
        linear += slopes[dimension + index] * coupling[bit]
      }
      let same = isOne ? sums[bit] : total - sums[bit]
      return (isOne ? -linear : linear) + same * (down[bit] - 1) + (total - same) * (up[bit] - 1)
    }
  }

  /// All flips, the most promising first.
  func moves(_ flips: Flips) -> [Move] {
    free.indices.map { index in
      Move(estimate: estimate(flips, index), first: free[index], second: -1)
    }.sorted { ($0.estimate, $1.first) > ($1.estimate, $0.first) }
  }

  /// The most ones, and the most zeros, whose exchanges are estimated.
  private static let exchanged = 32

  /// The most promising exchanges of a free one and a free zero. A pair of flips is taken to change
  /// what each changes by itself.
  func exchanges(_ flips: Flips, count limit: Int) -> [Move] {
    let point = flips.parent.point
    // Of many, those that do best (or least badly) alone.
    let alone = free.indices.map { estimate(flips, $0) }
    let order = free.indices.stableSorted { alone[$0] > alone[$1] }
    let ones = order.filter { point[free[$0]] }.prefix(Self.exchanged)
    let zeros = order.filter { !point[free[$0]] }.prefix(Self.exchanged)
    var moves: [Move] = []
    moves.reserveCapacity(ones.count * zeros.count)
    for fall in ones {
      for rise in zeros {
        moves.append(
          Move(estimate: estimate(flips, fall, rise), first: free[fall], second: free[rise]))
      }
    }
    moves.sort { ($0.estimate, $1.first, $1.second) > ($1.estimate, $0.first, $0.second) }
    return Array(moves.prefix(limit))
  }

  /// Of one flip, or of two that each change what they change alone.
  private func estimate(_ flips: Flips, _ first: Int, _ second: Int? = nil) -> Double {
    func change(_ values: [Double]) -> Double {
      values[first] + (second.map { values[$0] } ?? 0)
    }
    let parent = flips.parent
    let now = parent.prediction
    // k'ᵀK⁻¹k = kᵀK⁻¹k + cross, so the bound is the parent's variance + prior − 2·cross.
    let prior = change(flips.priors)
    let bound = now.variance + max(prior - 2 * change(flips.crosses), -0.9 * now.variance)
    let variance = 0.5 * (now.variance + min(bound, parent.priorVariance + prior))
    return acquisition.value(
      Acquisition.Prediction(
        mean: now.mean + change(flips.means),
        variance: max(variance, 1e-12 * parent.priorVariance),
        covariance: now.covariance + change(flips.covariances), cost: now.cost + change(flips.costs)
      ))
  }
}

extension AcquisitionScorer {
  /// Optima of the posterior mean's linear part less a multiple of the cost, for a range of
  /// multipliers: for every saving the bits of least harm per saving (Dantzig's relaxation of the
  /// knapsack).
  func linearOptima() -> [BitVector] {
    let point = BitVector(count: structure.dimension)
    let ratios = free.map { bit in
      (bit: bit, ratio: -mean.slopes[bit] / max(costs?.costs[bit] ?? 1, 1e-300))
    }.stableSorted { $0.ratio < $1.ratio }
    guard costs != nil else {
      return [BitVector(count: point.count, ones: free.filter { mean.slopes[$0] > 0 })]
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
