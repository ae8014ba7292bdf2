import LinearAlgebra

/// What a process says of a point, and cheaply what it says of all that a move away from it: of
/// their means, variances and covariances with a contrast. It knows no acquisition function.
///
/// The products of all neighbours' kernel rows (`KernelRows`) with two vectors — the posterior
/// mean's weights, and K⁻¹ times the point's own row — are two small matrix products with the bits
/// of the observations. The first gives exact means; the second an upper bound of the variances,
///
///     s²(z') = k(z', z') − k'ᵀK⁻¹k' = k(z', z') + kᵀK⁻¹k − 2·k'ᵀK⁻¹k − ΔᵀK⁻¹Δ,  k' = k + Δ,
///
/// in O(n) instead of O(n²) each (`NeighborPosterior.Flips`). For the exact posterior of those
/// neighbours that are worth it their rows are written out (`posteriors(of:from:)`).
struct NeighborPosterior: Sendable {
  let rows: KernelRows
  private let factor: Cholesky
  /// Whether variances and covariances are computed: a sample has none.
  let hasVariance: Bool
  private let mean: Functional
  private let contrast: Functional?

  /// A functional with what evaluates it quickly.
  struct Functional {
    let functional: KernelFunctional
    /// What a row is multiplied by: the weights v for k itself, Lᵀ·v for rows that are L⁻¹k.
    let factors: [Double]
    /// What one unit of each feature changes it by: a posterior mean's are the posterior means of
    /// the features' weights.
    let slopes: [Double]
  }

  /// The posterior of a process.
  init(_ process: GaussianProcess<StructuredKernel>) {
    self.init(
      process, mean: KernelFunctional(weights: process.weights), factors: process.targetHalf,
      contrast: nil, hasVariance: true)
  }

  /// The posterior with its covariance with the difference of two points.
  init(_ contrast: Contrast) {
    self.init(
      contrast.process, mean: KernelFunctional(weights: contrast.process.weights),
      factors: contrast.process.targetHalf, contrast: contrast.covariance, hasVariance: true)
  }

  /// A sample from a posterior: what it says is certain.
  ///
  /// - Parameter rows: those of the process, where they are known.
  init(_ sample: FunctionSample, rows: KernelRows? = nil) {
    self.init(
      sample.process, mean: sample.functional, factors: sample.functional.weights, contrast: nil,
      hasVariance: false, rows: rows)
  }

  private init(
    _ process: GaussianProcess<StructuredKernel>, mean: KernelFunctional, factors: [Double],
    contrast: KernelFunctional?, hasVariance: Bool, rows: KernelRows? = nil
  ) {
    let rows = rows ?? KernelRows(process.kernel, process.observations.map(\.point))
    let factor = process.factor
    func prepare(_ functional: KernelFunctional, factors: [Double]) -> Functional {
      var slopes = rows.images.transposedTimes(functional.weights)
      for (index, weight) in (functional.featureWeights ?? []).enumerated() {
        slopes[index] += weight
      }
      return Functional(functional: functional, factors: factors, slopes: slopes)
    }
    self.rows = rows
    self.factor = factor
    self.hasVariance = hasVariance
    self.mean = prepare(mean, factors: factors)
    self.contrast = contrast.map { prepare($0, factors: factor.transposedTimes($0.weights)) }
  }

  /// What setting each bit changes the mean by, but for the Hamming term and the couplings.
  var bitEffects: ArraySlice<Double> { mean.slopes.prefix(rows.structure.dimension) }
}

extension NeighborPosterior {
  /// A point with what the process says of it, and what the posteriors of its neighbours need.
  struct Site: Sendable {
    let row: KernelRows.Row
    let posterior: PointPosterior
    /// K⁻¹k; k itself where there are no variances.
    let solution: [Double]

    var point: BitVector { row.point }
  }

  /// What the process says of one point.
  func posterior(at point: BitVector) -> PointPosterior {
    let row = rows.row(point, withVariance: hasVariance)
    var half = row.values
    return half.withUnsafeMutableBufferPointer { solve($0, of: row) }
  }

  /// The same with what its neighbours need.
  func site(at point: BitVector) -> Site {
    let row = rows.row(point, withVariance: hasVariance)
    var half = row.values
    let posterior = half.withUnsafeMutableBufferPointer { half in
      let posterior = solve(half, of: row)
      if hasVariance { factor.solveTransposed(in: half) }
      return posterior
    }
    return Site(row: row, posterior: posterior, solution: half)
  }

  /// Replaces k by L⁻¹k, where there are variances.
  private func solve(
    _ values: UnsafeMutableBufferPointer<Double>, of row: KernelRows.Row
  ) -> PointPosterior {
    if hasVariance { factor.solveLower(in: values, columns: 1) }
    return posterior(
      UnsafeBufferPointer(values), features: row.features, priorVariance: row.priorVariance)
  }

  /// What the process says of neighbours of a point.
  func posteriors(of moves: [Move], from site: Site) -> [PointPosterior] {
    let count = rows.count
    guard count > 0 else { return moves.map { posterior(at: $0.apply(to: site.point)) } }
    var buffer = [Double](repeating: 0, count: count * moves.count)
    return buffer.withUnsafeMutableBufferPointer { buffer in
      func column(_ index: Int) -> UnsafeMutableBufferPointer<Double> {
        UnsafeMutableBufferPointer(rebasing: buffer[(index * count)..<(index + 1) * count])
      }
      let priors = moves.indices.map { rows.write(moves[$0], from: site.row, to: column($0)) }
      if hasVariance { factor.solveLower(in: buffer, columns: moves.count) }
      return moves.indices.map { index in
        posterior(
          UnsafeBufferPointer(column(index)), features: priors[index].features,
          priorVariance: priors[index].variance)
      }
    }
  }

  /// What the process says of a point, from L⁻¹k, or from k itself where there are no variances.
  private func posterior(
    _ row: UnsafeBufferPointer<Double>, features: [Double], priorVariance: Double
  ) -> PointPosterior {
    func value(_ function: Functional) -> Double {
      function.functional.prior(features) + dot(row, function.factors)
    }
    guard hasVariance else { return PointPosterior(mean: value(mean), variance: 0) }
    return PointPosterior(
      mean: value(mean), variance: max(priorVariance - squaredNorm(row), 1e-12 * priorVariance),
      contrastCovariance: contrast.map(value) ?? 0)
  }
}

extension NeighborPosterior {
  /// What flips of single bits change, one entry per bit.
  func flips(of site: Site) -> Flips {
    func changes(_ function: Functional) -> [Double] {
      rows.changes(weights: function.functional.weights, slopes: function.slopes, of: site.row)
    }
    guard hasVariance else { return Flips(site: site, means: changes(mean), spread: nil) }
    let slopes = rows.images.transposedTimes(site.solution)
    return Flips(
      site: site, means: changes(mean),
      spread: Flips.Spread(
        crosses: rows.changes(weights: site.solution, slopes: slopes, of: site.row),
        priors: (0..<rows.structure.dimension).map { rows.priorChange(flipping: $0, of: site.row) },
        covariances: contrast.map(changes)))
  }
}
