import Foundation

/// Which of them are worth having was decided on synthetic skip sets (with smooth depth profiles, and
/// with permuted ones) and by one-step-ahead predictive densities of 160 measured skip sets of the
/// reference model. What did not help there and is gone: products of neighbouring bits as features
/// with independent weights (predicts worse, and costs most of the time); and on those measurements
/// the logarithmic link is worse than the logit, by 0.06 nats an observation.
///
/// On sixteen synthetic skip sets of 64 bits, regret after 120 and 200 trials (standard errors of the
/// latter 0.15–0.25, so most differences there are no proof): 4.0% and 2.6% without the ends, the
/// proportional deviations and the contiguity; a broad smooth term of a tenth of the depth, 3.8% and
/// 2.2%, where the ends gave 3.3% and 2.0%; deviations fixed to be large at the ends, 2.7% and 2.2%,
/// where proportional ones gave 2.6% and 1.9%; squares of the groups' counts besides, 2.8% and 2.1%,
/// where one contiguity term gave 2.1% and 1.9%. Since the contrasts: without the proportional deviations
/// 2.0% and 1.3% after 200 trials (without a screen and with one, twenty sets) for 1.3% and 1.2%. On the
/// reference model there is no clear difference: 2.3% and 2.0% for 2.7% and 1.9% (six searches each),
/// though its bad sets make giants of bits that are none. The measured skip sets have not been asked
/// about the terms added here, and the synthetic ones have just such ends and couplings.
extension KernelStructure {
  /// The terms that what is known of a problem allows.
  init(_ problem: SearchProblem) {
    var terms = Terms(problem)
    terms.addLinear()
    if let places = problem.places { terms.addPlaces(places) }
    if let importance = problem.importance, importance.contains(where: { $0 > 0 }) {
      terms.addScreen(importance)
    }
    self.init(
      dimension: terms.dimension, origin: terms.origin, quadratics: terms.quadratics,
      components: terms.components, distances: terms.distances,
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
  private(set) var quadratics: [Matrix] = []
  private(set) var components: [KernelStructure.Component] = []
  private(set) var distances: [KernelStructure.Distance]

  init(_ problem: SearchProblem) {
    self.problem = problem
    dimension = problem.dimension
    origin = problem.composition == nil ? 0.5 : 0
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
    let unit = (origin == 0 ? 2 : 4) / Double(dimension)
    let equal = [Double](repeating: unit, count: dimension)
    add(.diagonal(equal), mean: -0.5)
    guard origin == 0 else { return }
    // The effects of a group have a common mean.
    let groups = problem.places?.map(\.group) ?? [Int](repeating: 0, count: dimension)
    for group in Set(groups).sorted() {
      let size = Double(groups.count { $0 == group })
      add(.rankOne(groups.map { $0 == group ? 2 / size : 0 }), mean: -0.5)
    }
    // Harms are products of many factors: what is large on average is uncertain in proportion.
    add(.proportional(equal), mean: -1)
  }

  /// What follows from where the bits lie.
  mutating func addPlaces(_ places: [BitPlace]) {
    // Effects that vary smoothly along the positions of a group, over about two positions.
    add(
      .dense(
        scaled { i, j in
          guard places[i].group == places[j].group else { return 0 }
          let apart = Double(places[i].position - places[j].position)
          return exp(-apart * apart / (2 * 2 * 2))
        }), mean: -1)
    guard origin == 0 else { return }
    // The first and the last layers matter most: effects that decay from both ends, over a sixth of
    // the depth, a twelfth and half of that, each by its own amount.
    let positions = places.map { Double($0.position) }
    let (first, last) = (positions.min() ?? 0, positions.max() ?? 0)
    let depths = positions.map { ($0 - first) / max(1, last - first) }
    add(
      .dense(
        scaled { i, j in
          guard places[i].group == places[j].group else { return 0 }
          let sum = depths[i] + depths[j]
          return [6.0, 12, 24].reduce(0) { $0 + exp(-$1 * sum) + exp(-$1 * (2 - sum)) }
        }), mean: -1)
    // What neighbours cost together, of one group more than across: one weight for those that are very
    // close, one for those that are less so. The shorter reach and the share across groups are the
    // synthetic truth's; no others were tried.
    for reach in [1.5, 6] {
      var coupling = Matrix(rows: dimension, columns: dimension)
      for i in 0..<dimension {
        for j in 0..<dimension where i != j {
          let apart = Double(abs(places[i].position - places[j].position))
          coupling[i, j] = (places[i].group == places[j].group ? 1 : 0.6) * exp(-apart / reach)
        }
      }
      let typical = coupling.elements.reduce(0, +) / 8
      guard typical > 0 else { continue }
      coupling.elements = coupling.elements.map { $0 / typical }
      add(.quadratic(quadratics.count), mean: -1)
      quadratics.append(coupling)
    }
  }

  /// A screen is right up to one factor, itself or its square root (a screen that exaggerates); or
  /// each bit's importance up to its own factor; and bits of large importance interact more. The data
  /// decide how much of each: sums of fixed terms rather than powers of the importance, whose
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
    // What deviates from the screen by these is in proportion already: counted in the proportional
    // deviations' scales as well, it costs half a percent of regret at 160 bits (3.4% for 2.8%).
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
