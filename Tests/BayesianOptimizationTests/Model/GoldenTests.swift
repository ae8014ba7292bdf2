import BayesianOptimization
import Foundation
import TestSupport
import Testing

/// Likelihoods, gradients and posteriors of scikit-learn, and log h of BoTorch's definition: see
/// the fixture for data and hyper-parameters.
@Suite("Golden values of independent libraries")
struct GoldenTests {
  struct Golden: Decodable {
    struct Process: Decodable {
      let kernel: String
      let X, Xt: [[Double]]
      let y: [Double]
      let outputscale, noise: Double
      let lengthscales: [Double]
      let log_marginal_likelihood: Double
      let gradient, mean: [Double]
      let covariance: [[Double]]
    }
    struct LogEI: Decodable {
      let z, log_h: [Double]
    }
    let gp: [Process]
    let log_ei: LogEI
  }

  static let golden = Result {
    try JSONDecoder().decode(
      Golden.self, from: Data(contentsOf: URL(fileURLWithPath: fixture("golden/gp.json"))))
  }

  @Test("likelihoods, gradients and joint posteriors agree to 1e-9", arguments: 0..<4)
  func process(index: Int) throws {
    let golden = try Self.golden.get().gp
    try #require(golden.count == 4)
    let expected = golden[index]
    let form: StationaryKernel.Form =
      expected.kernel == "matern52" ? .matern52 : .squaredExponential
    let process = try GaussianProcess(
      kernel: StationaryKernel(
        form, outputScale: expected.outputscale, lengthscales: expected.lengthscales),
      logNoiseVariance: log(expected.noise),
      observations: zip(expected.X, expected.y).map { Observation($0, value: $1) })
    #expect(process.factor.jitter == 0)
    #expect(
      relativeError(process.logMarginalLikelihood, expected.log_marginal_likelihood) < 1e-9)

    let gradient = process.logMarginalLikelihoodGradient(expected.X).elements
    try #require(gradient.count == expected.gradient.count)
    for (actual, expected) in zip(gradient, expected.gradient) {
      #expect(relativeError(actual, expected) < 1e-9)
    }

    let joint = process.jointPosterior(at: expected.Xt)
    let (mean, covariance) = (joint.means, joint.covariance)
    for (row, point) in expected.Xt.enumerated() {
      #expect(relativeError(mean[row], expected.mean[row]) < 1e-9)
      for column in expected.Xt.indices {
        // Covariances are differences of numbers of the size of the prior variance: where one
        // nearly vanishes, "relative" means relative to that.
        #expect(
          relativeError(
            covariance[row, column], expected.covariance[row][column], floor: 1e-4) < 1e-9)
      }
      let single = process.posterior(at: point)
      #expect(relativeError(single.mean, expected.mean[row]) < 1e-9)
      #expect(relativeError(single.variance, expected.covariance[row][row]) < 1e-9)
    }
  }

  @Test("log expected improvement agrees to 1e-9 down to 40 standard deviations")
  func logExpectedImprovementValues() throws {
    let golden = try Self.golden.get().log_ei
    try #require(golden.z.count == golden.log_h.count && golden.z.count > 40)
    for (z, expected) in zip(golden.z, golden.log_h) {
      #expect(relativeError(NormalDistribution.logH(z), expected) < 1e-9, "z = \(z)")
      // log EI = log h + log σ with z = (mean − incumbent)/σ.
      let value = logExpectedImprovement(
        mean: 2.5 + 0.3 * z, standardDeviation: 0.3, incumbent: 2.5)
      #expect(relativeError(value, expected + log(0.3)) < 1e-9, "z = \(z)")
    }
  }
}
