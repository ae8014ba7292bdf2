import Foundation
import Statistics
import Testing

@testable import BayesianOptimization

@Suite("Baselines")
struct BaselineTests {
  private func optimizers(_ problem: SearchProblem, seed: UInt64) -> [any AskTellOptimizer] {
    [
      RandomSearch(problem, seed: seed), SimulatedAnnealing(problem, seed: seed, budget: 60),
      GreedySearch(problem, seed: seed), GaussianProcessOptimizer(problem, seed: seed),
    ]
  }

  @Test("all methods keep to the contract: nothing twice, nothing frozen, the design first")
  func contract() {
    var random = RandomSource(seed: 40)
    var problem = structuredProblem(12, &random)
    problem.frozen = [0, 5]
    problem.initialDesign = [BitVector(count: 12, ones: [1, 5, 7]), BitVector(count: 12)]
    for var optimizer in optimizers(problem, seed: 3) {
      var seen: Set<BitVector> = []
      let told = BitVector(count: 12, ones: [3])
      optimizer.tell(told, value: 1, noiseVariance: 0.01)
      for trial in 0..<60 {
        let point = optimizer.ask()?.point
        guard let point else {
          Issue.record("nothing to ask after \(trial) trials")
          break
        }
        if trial == 0 { #expect(point == BitVector(count: 12, ones: [1, 7])) }
        if trial == 1 { #expect(point == BitVector(count: 12)) }
        #expect(seen.insert(point).inserted && point != told && !point[0] && !point[5])
        optimizer.tell(point, value: 3 - 0.3 * Double(point.ones.count), noiseVariance: 0.01)
      }
      let best = optimizer.recommendations(5)
      #expect(best.count == 5 && best.allSatisfy { seen.contains($0.point) || $0.point == told })
      #expect(zip(best, best.dropFirst()).allSatisfy { $0.mean >= $1.mean - 0.02 })
    }
  }

  @Test("all methods propose feasible points alone, where bits require others, until none is left")
  func prerequisites() {
    var random = RandomSource(seed: 41)
    for hasScreen in [false, true] {
      var problem = structuredProblem(8, &random)
      if !hasScreen { problem.importance = nil }
      problem.prerequisites = [4: 0, 5: 1, 6: 2, 7: 6, 3: 2]
      problem.initialDesign = [BitVector(count: 8, ones: [4, 7])]
      let domain = Domain(problem)
      for var optimizer in optimizers(problem, seed: 3) {
        // A point that is none of the problem's is learnt from, and never recommended.
        let outside = BitVector(count: 8, ones: [5])
        optimizer.tell(outside, value: 9, noiseVariance: 0.01)
        var seen: Set<BitVector> = []
        while let point = optimizer.ask()?.point {
          if seen.isEmpty { #expect(point == BitVector(count: 8, ones: [0, 2, 4, 6, 7])) }
          #expect(domain.contains(point) && seen.insert(point).inserted)
          optimizer.tell(point, value: 3 - 0.3 * Double(point.ones.count), noiseVariance: 0.01)
        }
        #expect(seen.count == domain.count)
        #expect(!optimizer.recommendations(100).contains { $0.point == outside })
      }
    }
  }

  @Test("every method exhausts a small space, and replays to the same proposals")
  func exhaustionAndReplay() {
    let problem = SearchProblem(dimension: 4)
    for (index, var optimizer) in optimizers(problem, seed: 5).enumerated() {
      var tells: [(BitVector, Double)] = []
      while let point = optimizer.ask()?.point {
        let value = GaussianProcessOptimizerTests.value(point)
        optimizer.tell(point, value: value, noiseVariance: 0)
        tells.append((point, value))
      }
      #expect(Set(tells.map(\.0)).count == 16)
      var resumed = optimizers(problem, seed: 5)[index]
      for (point, value) in tells.prefix(12) { resumed.tell(point, value: value, noiseVariance: 0) }
      for (point, value) in tells.dropFirst(12) {
        let proposal = resumed.ask()?.point
        #expect(proposal == point)
        resumed.tell(point, value: value, noiseVariance: 0)
      }
      let batch = optimizers(problem, seed: 6)[index]
      var asked = batch
      #expect(Set(asked.ask(20).map(\.point)).count == 16)
    }
  }

  @Test("annealing and greedy search find a linear optimum that random search does not")
  func findsLinearOptimum() {
    var weights = RandomSource(seed: 50)
    let effects = (0..<16).map { _ in weights.normal() }
    func value(_ point: BitVector) -> Double { point.ones.reduce(0) { $0 + effects[$1] } }
    let optimum = effects.reduce(0) { $0 + max(0, $1) }
    let found = optimizers(SearchProblem(dimension: 16), seed: 7).map { start in
      var optimizer = start
      for _ in 0..<150 {
        guard let point = optimizer.ask()?.point else { break }
        optimizer.tell(point, value: value(point), noiseVariance: 1e-6)
      }
      return optimizer.recommendations(1).first.map { value($0.point) } ?? -.infinity
    }
    #expect(found[0] < optimum - 0.5)
    #expect(found[1] > optimum - 0.3)
    #expect(found[2] == optimum)
    #expect(found[3] == optimum)
  }
}
