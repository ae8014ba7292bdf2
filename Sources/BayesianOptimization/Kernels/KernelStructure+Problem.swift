import Foundation
import LinearAlgebra

extension KernelStructure {
  /// The terms that what is known of a problem allows. Which are worth having, and which were not,
  /// was decided by regret on synthetic skip sets and by predictions of measured ones
  /// (`Experiments/optimiser/NOTES.md`).
  init(_ problem: SearchProblem) {
    var terms = Terms(problem)
    terms.addLinear()
    if let positions = problem.positions { terms.addPositions(positions) }
    if let importance = problem.importance, importance.contains(where: { $0 > 0 }) {
      terms.addScreen(importance)
    }
    self.init(
      dimension: terms.dimension, origin: terms.origin, quadratics: terms.quadratics,
      components: terms.components, distances: terms.distances, levels: terms.levels,
      hammingPrior: LogNormalPrior(mean: -0.5, standardDeviation: 1.5))
  }
}

/// The terms of a kernel as they come together. Every one is scaled so that it is about one for a
/// vector that is half ones.
private struct Terms {
  let problem: SearchProblem
  let dimension: Int
  /// Where costs are known the zero vector is the natural origin, and effects add from there.
  /// Elsewhere nothing distinguishes it, and the kernel must not favour all-zeros optima.
  let origin: Double
  /// The bits by how many others they require, but for those that lie nowhere: what the first
  /// level of a choice does is no guide to how large the effects of the second are.
  let levels: [[Int]]
  private let domain: Domain
  private(set) var quadratics: [Matrix] = []
  private(set) var components: [KernelStructure.Component] = []
  private(set) var distances: [KernelStructure.Distance]

  init(_ problem: SearchProblem) {
    self.problem = problem
    dimension = problem.dimension
    origin = problem.composition == nil ? 0.5 : 0
    let domain = Domain(problem)
    let placed = (0..<dimension).filter { bit in problem.positions.map { $0[bit] != nil } ?? true }
    levels = (0..<dimension).map { level in placed.filter { domain.ancestors[$0].count == level } }
      .filter { !$0.isEmpty }
    self.domain = domain
    distances = [
      KernelStructure.Distance(
        weights: [Double](repeating: 1 / Double(dimension), count: dimension),
        prior: LogNormalPrior(mean: 1.5, standardDeviation: 1))
    ]
  }

  private mutating func add(_ shape: KernelStructure.Shape, mean: Double) {
    components.append(
      KernelStructure.Component(
        shape: shape, prior: LogNormalPrior(mean: mean, standardDeviation: 1.5)))
  }

  /// Each bit's own effect.
  mutating func addLinear() {
    add(.constant, mean: 0)
    let unit = (origin == 0 ? 2 : 4.0)
    for level in levels {
      var equal = [Double](repeating: 0, count: dimension)
      for bit in level { equal[bit] = unit / Double(level.count) }
      add(.diagonal(equal), mean: -0.5)
    }
    guard origin == 0 else { return }
    // The effects of a group have a common mean; what lies nowhere has effects of its own.
    let groups = problem.positions?.map { $0?.group } ?? [Int?](repeating: 0, count: dimension)
    for group in Set(groups.compactMap { $0 }).sorted() {
      let size = Double(groups.count { $0 == group })
      add(.rankOne(groups.map { $0 == group ? 2 / size : 0 }), mean: -0.5)
    }
    let alone = Double(groups.count { $0 == nil })
    if alone > 0 { add(.diagonal(groups.map { $0 == nil ? 2 / alone : 0 }), mean: -0.5) }
    // Harms are products of many factors: what is large on average is uncertain in proportion.
    add(.proportional([Double](repeating: unit / Double(dimension), count: dimension)), mean: -1)
  }

  /// What follows from where the bits lie.
  mutating func addPositions(_ positions: [BitPosition?]) {
    func both(_ i: Int, _ j: Int) -> (BitPosition, BitPosition)? {
      guard let a = positions[i], let b = positions[j] else { return nil }
      return (a, b)
    }
    guard positions.contains(where: { $0 != nil }) else { return }
    // Effects that vary smoothly along the positions of a group, over about two positions.
    addDense { i, j in
      guard let (a, b) = both(i, j), a.group == b.group else { return 0 }
      let apart = Double(a.position - b.position)
      return exp(-apart * apart / (2 * 2 * 2))
    }
    guard origin == 0 else { return }
    // The first and the last layers matter most: effects that decay from both ends, over a sixth of
    // the depth, a twelfth and half of that, each by its own amount.
    let indices = positions.compactMap { $0.map { Double($0.position) } }
    let (first, last) = (indices.min() ?? 0, indices.max() ?? 0)
    func depth(_ bit: BitPosition) -> Double {
      (Double(bit.position) - first) / max(1, last - first)
    }
    addDense { i, j in
      guard let (a, b) = both(i, j), a.group == b.group else { return 0 }
      let sum = depth(a) + depth(b)
      return [6.0, 12, 24].reduce(0) { $0 + exp(-$1 * sum) + exp(-$1 * (2 - sum)) }
    }
    // What neighbours cost together, of one group more than across: one weight for those that are
    // very close, one for those that are less so. The shorter reach and the share across groups are
    // those of the synthetic skip sets (`Experiments/optimiser/skipsynth.py`); no others were
    // tried. So is what a level that is not the last has of what the whole choice costs together with
    // others (`Experiments/optimiser/skipjoint.py`).
    for reach in [1.5, 6] {
      var coupling = Matrix(rows: dimension, columns: dimension)
      for i in 0..<dimension {
        for j in 0..<dimension where i != j {
          let (lowest, other) = (root(i), root(j))
          guard lowest != other, let (a, b) = both(lowest, other) else { continue }
          let apart = Double(abs(a.position - b.position))
          coupling[i, j] =
            (a.group == b.group ? 1 : 0.6) * exp(-apart / reach) * strength(i) * strength(j)
        }
      }
      let typical = coupling.elements.reduce(0, +) / 8
      guard typical > 0 else { continue }
      coupling.elements = coupling.elements.map { $0 / typical }
      add(.quadratic(quadratics.count), mean: -1)
      quadratics.append(coupling)
    }
  }

  /// Weights with this covariance within each level, by a scale for each.
  private mutating func addDense(_ value: (Int, Int) -> Double) {
    for level in levels {
      var isInside = [Bool](repeating: false, count: dimension)
      for bit in level { isInside[bit] = true }
      add(.dense(scaled { isInside[$0] && isInside[$1] ? value($0, $1) : 0 }), mean: -1)
    }
  }

  /// The bit of the first level of a bit's choice.
  private func root(_ bit: Int) -> Int { domain.ancestors[bit].last ?? bit }

  /// A bit's share in what its choice costs together with others.
  private func strength(_ bit: Int) -> Double {
    let below = Double(domain.ancestors[bit].count)
    guard domain.descendants[bit].isEmpty else { return 0.15 }
    return 1 - 0.15 * below
  }

  /// A screen is right up to one factor, itself or its square root (a screen that exaggerates); or
  /// each bit's importance up to its own factor; and bits of large importance interact more. The
  /// data decide how much of each: sums of fixed terms rather than powers of the importance, whose
  /// matrices would change with the exponent.
  mutating func addScreen(_ importance: [Double]) {
    let total = importance.reduce(0, +)
    add(.rankOne(importance.map { 2 * $0 / total }), mean: 0)
    let roots = importance.map { $0.squareRoot() }
    let rootTotal = roots.reduce(0, +)
    add(.rankOne(roots.map { 2 * $0 / rootTotal }), mean: -1)
    let squares = importance.map { $0 * $0 }
    let typical = squares.reduce(0, +) * (origin == 0 ? 0.5 : 0.25)
    add(.diagonal(squares.map { $0 / typical }), mean: -1)
    // What deviates from the screen by these is in proportion already, and is not to count twice.
    components[components.count - 1].guidesProportions = false
    distances.append(
      KernelStructure.Distance(
        weights: importance.map { $0 / total },
        prior: LogNormalPrior(mean: 0, standardDeviation: 1.5)))
  }

  private func scaled(_ value: (Int, Int) -> Double) -> Matrix {
    var matrix = Matrix(rows: dimension, columns: dimension)
    for i in 0..<dimension {
      for j in 0..<dimension { matrix[i, j] = value(i, j) }
    }
    let trace = matrix.diagonal.reduce(0, +)
    let typical = (trace + (origin == 0 ? matrix.elements.reduce(0, +) : 0)) / 4
    matrix.elements = matrix.elements.map { $0 / typical }
    return matrix
  }
}
