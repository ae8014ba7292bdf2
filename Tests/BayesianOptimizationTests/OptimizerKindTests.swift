import BayesianOptimization
import Testing

@Suite("Kinds of optimizers")
struct OptimizerKindTests {
  @Test("every kind has its optimizer, and only the Gaussian process has beliefs and takes points")
  func kinds() {
    #expect(OptimizerKind.allCases.map(\.rawValue) == ["gp", "random", "annealing", "greedy"])
    for kind in OptimizerKind.allCases {
      var optimizer = kind.optimizer(SearchProblem(dimension: 6), seed: 1, budget: 10)
      let point = BitVector(count: 6, ones: [1, 4])
      #expect((optimizer.beliefs != nil) == (kind == .gp))
      #expect(optimizer.enqueue([point]) == (kind == .gp))
      let first = optimizer.ask()
      #expect((first == Proposal(point: point, origin: .queue)) == (kind == .gp))
      optimizer.tell(point, value: 1, noiseVariance: 0.1)
      #expect(optimizer.recommendations(2).map(\.point) == [point])
      #expect(optimizer.beliefs?.observationCount == (kind == .gp ? 1 : nil))
    }
  }

  @Test("a proposal says where it comes from")
  func origins() throws {
    var problem = SearchProblem(dimension: 20)
    problem.initialDesign = [BitVector(count: 20, ones: [3])]
    func value(_ point: BitVector) -> Double { point.ones.reduce(1) { $0 + ($1 < 8 ? 1 : -1) } }
    func origins(_ kind: OptimizerKind) -> [Proposal.Origin] {
      var optimizer = kind.optimizer(problem, seed: 4, budget: 30)
      return optimizer.ask(1).map(\.origin)
        + (1..<24).compactMap { _ in
          guard let proposal = optimizer.ask() else { return nil }
          optimizer.tell(proposal.point, value: value(proposal.point), noiseVariance: 0.01)
          return proposal.origin
        }
    }
    let gp = origins(.gp)
    #expect(gp.prefix(10).allSatisfy { $0 == .design })
    for (index, origin) in gp.enumerated().dropFirst(10) {
      if index.isMultiple(of: 2) {
        #expect(origin == .contrast)
      } else {
        guard case .improvement(let expected) = origin else {
          Issue.record("\(origin)")
          continue
        }
        #expect(try #require(expected) > 0)
      }
    }
    #expect(origins(.random) == [.design] + Array(repeating: .random, count: 23))
    #expect(origins(.greedy).dropFirst(1).allSatisfy { $0 == .neighbor })
    let annealing = origins(.annealing)
    #expect(annealing.prefix(10).allSatisfy { $0 == .design })
    #expect(annealing.dropFirst(10).allSatisfy { $0 == .neighbor })
  }
}
