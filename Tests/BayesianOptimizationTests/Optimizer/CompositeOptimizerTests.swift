import Foundation
import Statistics
import Testing

@testable import BayesianOptimization

@Suite("Optimising a composite objective")
struct CompositeOptimizerTests {
  /// An optimiser told of `count` points of a linear latent.
  private func told(
    _ count: Int, dimension: Int = 20, link: AcceptanceLink = .logit
  ) -> (optimizer: GaussianProcessOptimizer, latent: (BitVector) -> Double) {
    var random = RandomSource(seed: 70)
    var problem = structuredProblem(dimension, link: link, &random)
    let effects = (0..<dimension).map { _ in 0.4 * random.uniform() }
    problem.importance = effects
    problem.initialDesign = []
    let latent = { (point: BitVector) in 3 - point.ones.reduce(0) { $0 + effects[$1] } }
    var optimizer = GaussianProcessOptimizer(problem, seed: 4)
    for _ in 0..<count {
      guard let point = optimizer.ask()?.point else { break }
      optimizer.tell(point, value: latent(point) + 0.05 * random.normal(), noiseVariance: 0.0025)
    }
    return (optimizer, latent)
  }

  @Test("beliefs are of the objective, and close to the truth where the latent is known")
  func beliefs() throws {
    let (optimizer, latent) = told(50)
    let composition = try #require(optimizer.problem.composition)
    let best = try #require(optimizer.bestByPosteriorMean)
    let truth = composition.value(latent: latent(best.point), at: best.point)
    #expect(abs(best.mean - truth) < 0.03 && best.standardDeviation < 0.05)
    #expect(best.cost == composition.cost(of: best.point))
    #expect(abs(best.latentMean - latent(best.point)) < 4 * best.latentStandardDeviation + 0.02)
    let exhaustive =
      SearchSpace(Domain(dimension: 20))
      .untaken().lazy.map { composition.value(latent: latent($0), at: $0) }.max() ?? 0
    #expect(truth > 0.98 * exhaustive)
  }

  @Test("importances are the differences of the posterior, with its uncertainty")
  func importances() throws {
    let (optimizer, latent) = told(60)
    let center = try #require(optimizer.bestByPosteriorMean).point
    let importances = optimizer.importances()
    #expect(importances.map(\.bit) == Array(0..<20))
    var covered = 0
    for importance in importances {
      var (without, with) = (center, center)
      without[importance.bit] = false
      with[importance.bit] = true
      let (a, b) = (optimizer.belief(at: without), optimizer.belief(at: with))
      #expect(abs(importance.harm - (a.latentMean - b.latentMean)) < 1e-9)
      // Far less uncertain than the difference of two independent values.
      #expect(importance.standardDeviation > 0)
      if abs(importance.harm - (latent(without) - latent(with))) < 2 * importance.standardDeviation
      {
        covered += 1
      }
    }
    #expect(covered >= 16)
  }

  @Test("the Pareto front holds exactly the told points that none beats in cost and latent")
  func paretoFront() {
    let (optimizer, _) = told(40)
    let front = optimizer.paretoFront
    let all = optimizer.recommendations(1000)
    #expect(all.count == 40 && front.count >= 3)
    for belief in all {
      let isBeaten = all.contains {
        $0.point != belief.point && $0.cost <= belief.cost && $0.latentMean >= belief.latentMean
      }
      #expect(front.contains { $0.point == belief.point } == !isBeaten)
    }
    #expect(zip(front, front.dropFirst()).allSatisfy { $0.cost < $1.cost })
  }

  @Test("queued points come first, once, and without frozen bits")
  func enqueue() {
    var (optimizer, _) = told(12)
    let points = [[1, 2], [4], [1, 2]].map { BitVector(count: 20, ones: $0) }
    optimizer.enqueue(points)
    let asked = optimizer.ask(3).map(\.point)
    #expect(asked[0] == points[0] && asked[1] == points[1] && !points.contains(asked[2]))
  }

  @Test("what is certain is believed exactly, and telling it changes nothing")
  func certainties() {
    var random = RandomSource(seed: 71)
    var problem = structuredProblem(20, link: .logarithm, &random)
    let zero = BitVector(count: 20)
    problem.certainties = [.init(point: zero, latent: 0)]
    var optimizer = GaussianProcessOptimizer(problem, seed: 1)
    for _ in 0..<25 {
      guard let point = optimizer.ask()?.point else { break }
      optimizer.tell(
        point, value: -0.05 * Double(point.ones.count) + 0.02 * random.normal(), noiseVariance: 4e-4
      )
    }
    let belief = optimizer.belief(at: zero)
    #expect(abs(belief.latentMean) < 1e-5 && belief.latentStandardDeviation < 1e-4)
    let count = optimizer.observationCount
    optimizer.tell(zero, value: -5, noiseVariance: 0)
    #expect(optimizer.observationCount == count)
    #expect(optimizer.belief(at: zero) == belief)
  }

  @Test("a composite search replays to the same proposals, and threads change nothing")
  func reproducible() async {
    func run() -> [BitVector] {
      let (optimizer, _) = told(40)
      var copy = optimizer
      return copy.ask(3).map(\.point)
    }
    let expected = run()
    let others = await withTaskGroup(of: [BitVector].self) { group in
      for _ in 0..<3 { group.addTask { run() } }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(expected.count == 3 && others.allSatisfy { $0 == expected })
  }

  @Test("the search says that it may stop, and does not before it has looked long enough")
  func stopping() throws {
    var (optimizer, latent) = told(20)
    var search = StoppingRule()
    var stopped: Int?
    for trial in 20..<300 {
      guard let proposal = optimizer.ask() else { break }
      if search.note(proposal.expectedImprovement) != nil {
        stopped = trial
        break
      }
      let point = proposal.point
      optimizer.tell(point, value: latent(point), noiseVariance: 1e-4)
    }
    #expect((30..<200).contains(try #require(stopped)))
  }
}
