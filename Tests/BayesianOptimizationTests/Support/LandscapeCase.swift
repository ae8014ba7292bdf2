import Statistics
import Testing

@testable import BayesianOptimization

/// Any acquisition function, so that one test serves all.
struct AnyAcquisition: Acquisition {
  let base: any Acquisition

  func value(_ posterior: PointPosterior, cost: Double) -> Double {
    base.value(posterior, cost: cost)
  }

  func exactValue(_ posterior: PointPosterior, cost: Double) -> Double {
    base.exactValue(posterior, cost: cost)
  }
}

/// A random case: a process on random data, and the acquisition function it leads to.
struct LandscapeCase {
  enum Kind { case improvement, mean, sample, information }

  let problem: SearchProblem
  let process: GaussianProcess<StructuredKernel>
  let landscape: AcquisitionLandscape<AnyAcquisition>
  let taken: Set<BitVector>
  let visited: [BitVector]
  /// The points of the contrast.
  let ends: (BitVector, BitVector)

  init(
    dimension: Int, count: Int, isComposite: Bool, frozen: Set<Int> = [],
    prerequisites: [Int: Int] = [:],
    _ kind: Kind, _ random: inout RandomSource
  ) throws {
    var problem =
      isComposite ? structuredProblem(dimension, &random) : SearchProblem(dimension: dimension)
    (problem.frozen, problem.prerequisites) = (frozen, prerequisites)
    let domain = Domain(problem)
    let structure = KernelStructure(problem)
    let parameters = StructuredKernel(structure).priors.map { $0.mean + 0.7 * random.normal() }
    let observations = sampleObservations(count, domain: domain, &random)
    let process = try GaussianProcess(
      kernel: StructuredKernel(structure, parameters: parameters),
      logNoiseVariance: -4 + random.normal(), observations: observations)
    (self.problem, self.process) = (problem, process)
    let objectives = zip(observations, process.meansAtObservations).map {
      problem.composition?.value(latent: 1.5 + $1, at: $0.point) ?? $1
    }
    let order = observations.indices.stableSorted { objectives[$0] > objectives[$1] }
    visited = order.map { observations[$0].point }
    taken = Set(visited)
    let standardization = Standardization(offset: isComposite ? 1.5 : 0, scale: 1)
    ends = (visited[0], domain.masked(randomBits(dimension, &random)))
    let acquisition: any Acquisition
    let posterior: NeighborPosterior
    switch kind {
    case .improvement:
      acquisition = CompositeLogExpectedImprovement(
        incumbent: objectives.max() ?? 0, composition: problem.composition,
        standardization: standardization)
      posterior = NeighborPosterior(process)
    case .mean, .sample:
      acquisition = MeanObjective(
        composition: problem.composition, standardization: standardization)
      posterior =
        kind == .sample
        ? NeighborPosterior(FunctionSample(process, random: &random))
        : NeighborPosterior(process)
    case .information:
      acquisition = ContrastInformation(noise: NoiseForecast(process))
      posterior = NeighborPosterior(
        try #require(Contrast(process, between: ends.0, and: ends.1)))
    }
    landscape = AcquisitionLandscape(
      AnyAcquisition(base: acquisition), over: posterior, composition: problem.composition,
      domain: domain)
  }

  /// By the joint posterior and the definition alone.
  func exact(_ point: BitVector) -> Double {
    let joint = process.jointPosterior(at: [point, ends.0, ends.1])
    return landscape.acquisition.value(
      PointPosterior(
        mean: joint.means[0], variance: joint.covariance[0, 0],
        contrastCovariance: joint.covariance[0, 1] - joint.covariance[0, 2]),
      cost: problem.composition?.cost(of: point) ?? 0)
  }
}
