import BayesianOptimization
import Foundation
import Testing

@Suite("L-BFGS")
struct LBFGSTests {
  private func rosenbrock(_ x: [Double]) -> (value: Double, gradient: [Double]) {
    let (a, b) = (1 - x[0], x[1] - x[0] * x[0])
    return (a * a + 100 * b * b, [-2 * a - 400 * x[0] * b, 200 * b])
  }

  @Test("it follows Rosenbrock's valley to its end")
  func valley() throws {
    var minimizer = LBFGS()
    minimizer.valueTolerance = 0
    minimizer.iterations = 200
    let result = try #require(
      minimizer.minimize(from: [-1.2, 1], bounds: [-10...10, -10...10], rosenbrock))
    #expect(abs(result.point[0] - 1) < 1e-4 && abs(result.point[1] - 1) < 1e-4)
    #expect(result.evaluations < 120)
  }

  @Test("a minimum outside the box is found on its border, and the start may lie outside too")
  func border() throws {
    // For x ≤ 0.5 the best y is x², so the constrained minimum is (0.5, 0.25).
    let result = try #require(
      LBFGS().minimize(from: [-30, 4], bounds: [-2...0.5, -2...2], rosenbrock))
    #expect(abs(result.point[0] - 0.5) < 1e-6 && abs(result.point[1] - 0.25) < 1e-4)
  }

  @Test("points without a value are stepped back from, and a start without one is refused")
  func holes() throws {
    func logarithmic(_ x: [Double]) -> (value: Double, gradient: [Double])? {
      x[0] > 0 ? (x[0] - log(x[0]), [1 - 1 / x[0]]) : nil
    }
    let result = try #require(LBFGS().minimize(from: [30], bounds: [-50...50], logarithmic))
    #expect(abs(result.point[0] - 1) < 1e-4)
    #expect(LBFGS().minimize(from: [-1], bounds: [-50...50], logarithmic) == nil)
  }
}
