import Foundation

/// Which of them are worth having was decided on synthetic skip sets (with smooth depth profiles, and
/// with permuted ones) and by one-step-ahead predictive densities of 160 measured skip sets of the
/// reference model. What did not help there and is gone: products of neighbouring bits as features
/// with independent weights (predicts worse, and costs most of the time); one weight for the sum of
/// neighbouring products (the same, although the synthetic truth has just that); and on those
/// measurements the logarithmic link is worse than the logit, by 0.06 nats an observation.
extension KernelStructure {
  /// The terms that what is known of a problem allows.
  init(_ problem: SearchProblem) {
    let dimension = problem.dimension
    // Where costs are known the zero vector is the natural origin, and effects add from there.
    // Elsewhere nothing distinguishes it, and the kernel must not favour all-zeros optima.
    let origin = problem.composition == nil ? 0.5 : 0.0
    var components = [
      Component(
        name: "constant", shape: .constant, prior: LogNormalPrior(mean: 0, standardDeviation: 1.5))
    ]
    func add(_ name: String, _ shape: Shape, mean: Double) {
      components.append(
        Component(
          name: name, shape: shape, prior: LogNormalPrior(mean: mean, standardDeviation: 1.5)))
    }
    // Every term is scaled so that it is about one for a vector that is half ones.
    let unit = (origin == 0 ? 2 : 4) / Double(dimension)
    add("main", .diagonal([Double](repeating: unit, count: dimension)), mean: -0.5)
    if origin == 0 {
      // The effects of a group have a common mean.
      let groups = problem.places?.map(\.group) ?? [Int](repeating: 0, count: dimension)
      for group in Set(groups).sorted() {
        let size = Double(groups.count { $0 == group })
        add("mean of \(group)", .rankOne(groups.map { $0 == group ? 2 / size : 0 }), mean: -0.5)
      }
    }
    if let places = problem.places {
      add("smooth", .dense(Self.smooth(places, origin: origin)), mean: -1)
    }
    var distances = [
      Distance(
        weights: [Double](repeating: 1 / Double(dimension), count: dimension),
        prior: LogNormalPrior(mean: 1.5, standardDeviation: 1))
    ]
    if let importance = problem.importance, importance.contains(where: { $0 > 0 }) {
      // The screen is right up to one factor; or each bit's importance up to its own; and bits of
      // large importance interact more. The data decide how much of each: sums of fixed terms
      // rather than powers of the importance, whose matrices would change with the exponent.
      let total = importance.reduce(0, +)
      add("screen", .rankOne(importance.map { 2 * $0 / total }), mean: 0)
      let squares = importance.map { $0 * $0 }
      let typical = squares.reduce(0, +) * (origin == 0 ? 0.5 : 0.25)
      add("deviations from the screen", .diagonal(squares.map { $0 / typical }), mean: -1)
      distances.append(
        Distance(
          weights: importance.map { $0 / total },
          prior: LogNormalPrior(mean: 0, standardDeviation: 1.5)))
    }
    self.init(
      dimension: dimension, origin: origin, components: components, distances: distances,
      hammingPrior: LogNormalPrior(mean: -0.5, standardDeviation: 1.5))
  }

  /// Effects that vary smoothly along the positions of a group, over about two positions.
  private static func smooth(_ places: [BitPlace], origin: Double) -> Matrix {
    let dimension = places.count
    var matrix = Matrix(rows: dimension, columns: dimension)
    for i in 0..<dimension {
      for j in 0..<dimension where places[i].group == places[j].group {
        let apart = Double(places[i].position - places[j].position)
        matrix[i, j] = exp(-apart * apart / (2 * 2 * 2))
      }
    }
    let trace = matrix.diagonal.reduce(0, +)
    let typical = (trace + (origin == 0 ? matrix.elements.reduce(0, +) : 0)) / 4
    matrix.elements = matrix.elements.map { $0 / typical }
    return matrix
  }
}
