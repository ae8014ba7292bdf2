import LinearAlgebra

/// The difference of the function between two points, and its posterior covariance with the
/// function everywhere:
///
///     cov(f(z), f(a) − f(b)) = k(z, a) − k(z, b) − k(z, X)·K⁻¹·(k(X, a) − k(X, b))
struct Contrast: Sendable {
  /// The process with `a` and `b` among its observations, told with so much noise that they tell
  /// nothing: so their kernel rows come along with the others.
  let process: GaussianProcess<StructuredKernel>
  /// The covariance, over that process.
  let covariance: KernelFunctional

  /// The variance of that noise, for standardised values.
  private static let silence = 1e8

  /// Nil where the process cannot be conditioned on two points more.
  init?(_ process: GaussianProcess<StructuredKernel>, between a: BitVector, and b: BitVector) {
    let count = process.observations.count
    let points = process.observations.map(\.point) + [a, b]
    let rows = process.kernel.cross(points, [a, b])
    var extended = process
    for (column, point) in [a, b].enumerated() {
      let row = GaussianProcess<StructuredKernel>.KernelRow(
        values: (0..<count + column).map { rows[$0, column] }, prior: rows[count + column, column])
      let mean = orderedDot(Array(row.values.prefix(count)), process.weights)
      let silent = Observation(point, value: mean, noiseVariance: Self.silence)
      guard (try? extended.append(silent, row)) != nil else { return nil }
    }
    let differences = (0..<count).map { rows[$0, 0] - rows[$0, 1] }
    self.process = extended
    covariance = KernelFunctional(weights: process.factor.solve(differences).map { -$0 } + [1, -1])
  }
}
