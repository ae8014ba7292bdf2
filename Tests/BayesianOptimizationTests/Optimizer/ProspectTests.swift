import Statistics
import Testing

@testable import BayesianOptimization

@Suite("What is still to gain")
struct ProspectTests {
  /// An optimiser told of `count` points of a linear latent whose speedups a factor of the costs
  /// raises or lowers, and the largest true speedup.
  private func told(
    _ count: Int, dearness: Double, prerequisites: [Int: Int] = [:]
  ) -> (optimizer: GaussianProcessOptimizer, best: Double) {
    var random = RandomSource(seed: 75)
    var problem = structuredProblem(14, &random)
    problem.prerequisites = prerequisites
    if let plain = problem.composition {
      problem.composition = Composition(
        baseCost: dearness * (plain.baseCost + 0.1), costs: plain.costs.map { dearness * $0 },
        pairCosts: [.init(0, 1, cost: 0.02 * dearness)], objective: plain.objective)
    }
    let effects = (0..<14).map { _ in 0.6 * random.uniform() }
    let latent = { (point: BitVector) in 2 - point.ones.reduce(0) { $0 + effects[$1] } }
    var optimizer = GaussianProcessOptimizer(problem, seed: 4)
    for _ in 0..<count {
      guard let point = optimizer.ask()?.point else { break }
      optimizer.tell(point, value: latent(point) + 0.1 * random.normal(), noiseVariance: 0.01)
    }
    let best = SearchSpace(Domain(problem)).untaken().map {
      problem.composition?.value(latent: latent($0), at: $0) ?? 0
    }.max()
    return (optimizer, best ?? 0)
  }

  @Test(
    "the samples' maxima are those of all feasible points", arguments: [[:], chains(14)])
  func maxima(prerequisites: [Int: Int]) throws {
    let (optimizer, _) = told(30, dearness: 1, prerequisites: prerequisites)
    let prospect = try #require(optimizer.prospect(above: 0, samples: 20))
    var random = RandomSource(seed: 4, stream: 1 << 63 | 30)
    let objective = MeanObjective(
      composition: optimizer.problem.composition,
      standardization: optimizer.model.standardization)
    let domain = optimizer.space.domain
    let points = SearchSpace(domain).untaken()
    let incumbent = try #require(optimizer.bestByPosteriorMean).point
    var (maxima, gains) = ([Double](), [Double]())
    for sample in optimizer.functions(20, &random) {
      let landscape = AcquisitionLandscape(
        objective, over: NeighborPosterior(sample),
        composition: optimizer.problem.composition, domain: domain)
      let best = try #require(points.map(landscape.value).max())
      maxima.append(best)
      gains.append(best - landscape.value(at: incumbent))
    }
    #expect(abs(prospect.best.mean - maxima.reduce(0, +) / 20) < 1e-3)
    #expect(prospect.best.mean <= maxima.reduce(0, +) / 20 + 1e-9)
    #expect(abs(prospect.gain.mean - gains.reduce(0, +) / 20) < 1e-3)
    #expect(prospect.gain.lower >= 0 && prospect.gain.upper > prospect.gain.lower)
    let middle = median(maxima)
    let half = try #require(optimizer.prospect(above: middle, samples: 20))
    #expect(abs(half.probabilityAbove - 0.5) < 0.11)
  }

  @Test("it knows that a search pays, that another cannot, and that there is little left to gain")
  func verdicts() throws {
    let (paying, best) = told(60, dearness: 1)
    #expect(best > 1.1)
    let early = try #require(told(15, dearness: 1).optimizer.prospect(above: 1))
    let late = try #require(paying.prospect(above: 1))
    #expect(late.probabilityAbove == 1)
    // To half a percent.
    #expect(late.best.lower < 1.005 * best && best < 1.005 * late.best.upper)
    #expect(late.gain.mean < early.gain.mean)
    let (hopeless, most) = told(60, dearness: 4)
    #expect(most < 0.95)
    let verdict = try #require(hopeless.prospect(above: 1))
    #expect(verdict.probabilityAbove < 0.05)
  }

  @Test("it repeats, changes no proposal, and is nil where nothing is believed")
  func repeats() {
    let (optimizer, _) = told(20, dearness: 1)
    #expect(optimizer.prospect(above: 1, samples: 5) == optimizer.prospect(above: 1, samples: 5))
    let proposal = { (optimizer: GaussianProcessOptimizer) in
      var copy = optimizer
      return copy.ask()
    }
    let before = proposal(optimizer)
    _ = optimizer.prospect(above: 1)
    #expect(proposal(optimizer) == before)
    #expect(GaussianProcessOptimizer(dimension: 5, seed: 1).prospect(above: 0) == nil)
    var random: any AskTellOptimizer = RandomSearch(dimension: 5, seed: 1)
    random.tell(BitVector(count: 5), value: 1, noiseVariance: 0)
    #expect(random.prospect(above: 0, samples: 4) == nil)
  }
}
