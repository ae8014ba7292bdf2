@testable import BayesianOptimization
import Statistics
import Testing

@Suite("Hyper-parameters")
struct HyperparameterFitTests {
  @Test("the log posterior of hyper-parameters, priors included, agrees with central differences")
  func posteriorGradient() throws {
    var random = RandomSource(seed: 3)
    let observations = sampleObservations(20, dimension: 24, &random)
    let fit = HyperparameterFit(
      priors: Hyperparameters(kernel: plainKernel(1).priors, noise: SurrogateModel.noisePrior))
    let kernel = plainKernel(24)
    let point = fit.priors.map { $0.mean + 0.3 * $0.standardDeviation }
    let training = TrainingSet(kernel, observations)
    func value(_ parameters: [Double]) -> Double {
      fit.logPosterior(kernel, point.with(parameters), training)?.value ?? .nan
    }
    let analytic = try #require(fit.logPosterior(kernel, point, training))
    for (a, n) in zip(
      analytic.gradient.elements, centralDifferences(at: point.elements, value))
    {
      #expect(relativeError(a, n, floor: 1e-2) < 1e-6)
    }
    // And the priors alone: without observations the likelihood is constant.
    let empty = try #require(fit.logPosterior(kernel, point, TrainingSet(kernel, [])))
    for (gradient, prior) in zip(empty.gradient.elements, fit.priors.elements) {
      #expect(abs(gradient + 0.3 / prior.standardDeviation) < 1e-12)
    }
  }

  @Test("the fit ends at a stationary point or a bound, and beats its starts")
  func fitIsStationary() throws {
    var random = RandomSource(seed: 4)
    let observations = sampleObservations(40, dimension: 32, &random)
    let fit = HyperparameterFit(
      priors: Hyperparameters(kernel: plainKernel(1).priors, noise: SurrogateModel.noisePrior))
    let kernel = plainKernel(32)
    let start = fit.priors.map(\.mean)
    let training = TrainingSet(kernel, observations)
    let best = try #require(fit.maximize(kernel, training, starts: [start]))
    let end = try #require(fit.logPosterior(kernel, best.hyperparameters, training))
    let begin = try #require(fit.logPosterior(kernel, start, training))
    #expect(end.value > begin.value + 0.1)
    #expect(end.gradient.elements.allSatisfy { abs($0) < 1e-2 })
  }
}
