@testable import BayesianOptimization
import Foundation
import Testing

@Suite("Gauss-Hermite quadrature")
struct GaussHermiteTests {
  @Test("moments of a normal variable's function agree with closed forms")
  func hermite() {
    let square = GaussHermite.moments(mean: 1.5, standardDeviation: 0.7) { $0 * $0 }
    #expect(abs(square.mean - (2.25 + 0.49)) < 1e-12)
    // Var(X²) = 4μ²σ² + 2σ⁴.
    #expect(abs(square.standardDeviation - (4 * 2.25 * 0.49 + 2 * 0.2401).squareRoot()) < 1e-12)
    let exponential = GaussHermite.moments(mean: 0.2, standardDeviation: 0.5) { exp($0) }
    #expect(abs(exponential.mean - exp(0.2 + 0.125)) < 1e-9)
  }
}
