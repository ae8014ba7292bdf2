/// Moments of a function of a normal variable by Gauss–Hermite quadrature with nine nodes.
enum GaussHermite {
  /// Positive nodes and weights for the standard normal density; node 0 has the weight 128/315.
  /// numpy.polynomial.hermite_e.hermegauss(9), weights divided by √(2π).
  private static let nodes: [(x: Double, weight: Double)] = [
    (1.0232556637891326, 0.24409750289493953),
    (2.07684797867783, 0.04991640676521782),
    (3.20542900285647, 0.0027891413212317692),
    (4.512745863399783, 2.2345844007746607e-05),
  ]

  static func moments(
    mean: Double, standardDeviation: Double, _ function: (Double) -> Double
  ) -> (mean: Double, standardDeviation: Double) {
    let center = function(mean)
    // Around the central value, so that nothing cancels where the function hardly varies.
    var first = 0.0
    var second = 0.0
    for node in nodes {
      for sign in [-1.0, 1.0] {
        let deviation = function(mean + sign * standardDeviation * node.x) - center
        first += node.weight * deviation
        second += node.weight * deviation * deviation
      }
    }
    return (center + first, max(0, second - first * first).squareRoot())
  }
}
