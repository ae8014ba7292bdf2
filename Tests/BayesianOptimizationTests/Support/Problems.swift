@testable import BayesianOptimization
import Statistics

func randomBits(_ count: Int, density: Double = 0.5, _ random: inout RandomSource) -> BitVector {
  BitVector((0..<count).map { _ in random.uniform() < density })
}

/// Chains of three levels, two bits each: the bits of the second half require those of the first.
func chains(_ dimension: Int) -> [Int: Int] {
  Dictionary(uniqueKeysWithValues: (0..<dimension / 2).map { ($0 + dimension / 2, $0) })
}

/// A random forest of prerequisites: a chain, several bits that require one, and bits without.
func randomForest(_ dimension: Int, _ random: inout RandomSource) -> [Int: Int] {
  let order = random.sample(dimension, of: Array(0..<dimension))
  var forest: [Int: Int] = [:]
  for (index, bit) in order.enumerated() where index > 0 && random.uniform() < 0.7 {
    forest[bit] = order[random.below(index)]
  }
  return forest
}

/// `count` different random points with smooth values and little noise.
func sampleObservations(
  _ count: Int, dimension: Int, _ random: inout RandomSource
) -> [Observation<BitVector>] {
  sampleObservations(count, domain: Domain(dimension: dimension), &random)
}

/// The same of a domain's points: of all, where it has only frozen bits.
func sampleObservations(
  _ count: Int, domain: Domain, _ random: inout RandomSource
) -> [Observation<BitVector>] {
  let dimension = domain.dimension
  let isOrdered = !domain.inner.isEmpty
  let effects = (0..<dimension).map { _ in random.normal() / Double(dimension).squareRoot() }
  var points: [BitVector] = []
  while points.count < count {
    let bits = randomBits(dimension, density: random.uniform(), &random)
    let point = isOrdered ? domain.masked(bits) : bits
    if !points.contains(point) { points.append(point) }
  }
  return points.map { point in
    Observation(
      point, value: point.ones.reduce(0) { $0 + effects[$1] } + 0.1 * random.normal(),
      noiseVariance: 0.01 * random.uniform())
  }
}

/// The kernel of a problem of which nothing is known but the number of bits.
func plainKernel(_ dimension: Int, parameters: [Double]? = nil) -> StructuredKernel {
  StructuredKernel(
    KernelStructure(SearchProblem(dimension: dimension)), parameters: parameters)
}

/// A problem like that of skip sets: positions in two groups, a screen, costs, a composite
/// objective.
func structuredProblem(
  _ dimension: Int, link: AcceptanceLink = .logit, _ random: inout RandomSource
) -> SearchProblem {
  var problem = SearchProblem(dimension: dimension)
  let depth = (dimension + 1) / 2
  problem.positions = (0..<dimension).map { BitPosition(group: $0 / depth, position: $0 % depth) }
  problem.importance = (0..<dimension).map { _ in random.uniform() }
  problem.composition = Composition(
    baseCost: 0.06,
    costs: (0..<dimension).map { 0.94 * ($0 < depth ? 1 : 2) / Double(2 * depth + dimension) },
    objective: SpeculativeSpeedup(
      verificationCosts: (1...8).map { 1 + 0.01 * Double($0) }, link: link))
  return problem
}
