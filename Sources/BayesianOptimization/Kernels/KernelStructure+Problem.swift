import Foundation

extension KernelStructure {
  /// Which terms a kernel has, for experiments.
  struct Terms: OptionSet, Sendable {
    let rawValue: Int
    static let main = Terms(rawValue: 1)
    static let smooth = Terms(rawValue: 2)
    static let common = Terms(rawValue: 4)
    static let pairs = Terms(rawValue: 8)
    static let contiguity = Terms(rawValue: 16)
    static let screen = Terms(rawValue: 32)
    static let relevance = Terms(rawValue: 64)
    static let all: Terms = [.main, .smooth, .common, .pairs, .contiguity, .screen, .relevance]
  }

  /// The terms that what is known of a problem allows.
  init(_ problem: SearchProblem, terms: Terms = .all) {
    let dimension = problem.dimension
    let origin = problem.composition == nil ? 0.5 : 0.0
    let bits = Double(dimension)
    var components = [
      Component(
        name: "constant", shape: .constant, prior: LogNormalPrior(mean: 0, standardDeviation: 1.5))
    ]
    func add(_ name: String, _ shape: Shape, mean: Double, spread: Double = 1.5) {
      components.append(
        Component(
          name: name, shape: shape, prior: LogNormalPrior(mean: mean, standardDeviation: spread)))
    }
    // Every term is scaled so that it is about one for a vector that is half ones.
    if terms.contains(.main) {
      let unit = (origin == 0 ? 2 : 4) / bits
      add("main", .diagonal([Double](repeating: unit, count: dimension)), mean: -0.5)
    }
    var pairs: [(first: Int, second: Int)] = []
    if origin == 0 && terms.contains(.common) {
      let groups = problem.places.map { Set($0.map(\.group)).sorted() } ?? [0]
      for group in groups {
        let members = (0..<dimension).map { (problem.places?[$0].group ?? 0) == group }
        let size = Double(members.count { $0 })
        add("common \(group)", .rankOne(members.map { $0 ? 2 / size : 0 }), mean: -0.5)
      }
    }
    if let places = problem.places {
      if terms.contains(.smooth) {
        var matrix = Matrix(rows: dimension, columns: dimension)
        for i in 0..<dimension {
          for j in 0..<dimension where places[i].group == places[j].group {
            let apart = Double(places[i].position - places[j].position)
            matrix[i, j] = exp(-apart * apart / (2 * 2 * 2))
          }
        }
        let trace = matrix.diagonal.reduce(0, +)
        let typical =
          origin == 0 ? (trace + matrix.elements.reduce(0, +)) / 4 : trace / 4
        matrix.elements = matrix.elements.map { $0 / typical }
        add("smooth", .block(matrix), mean: -1)
      }
      if !terms.isDisjoint(with: [.pairs, .contiguity]) {
        var weights: [Double] = []
        for i in 0..<dimension {
          for j in i + 1..<max(dimension, i + 1) {
            let apart = abs(places[i].position - places[j].position)
            let same = places[i].group == places[j].group
            guard apart <= (same ? 3 : 2) else { continue }
            pairs.append((i, j))
            weights.append(exp(-Double(apart) / 1.5))
          }
        }
        let zeros = [Double](repeating: 0, count: dimension)
        if terms.contains(.pairs) {
          let squares = weights.map { $0 * $0 }
          let typical = squares.reduce(0, +) * (origin == 0 ? 0.25 : 0.0625)
          add("pairs", .diagonal(zeros + squares.map { $0 / typical }), mean: -2)
        }
        if terms.contains(.contiguity) {
          let typical =
            origin == 0
            ? weights.reduce(0, +) / 4
            : (weights.reduce(0) { $0 + $1 * $1 } / 16).squareRoot()
          add("contiguity", .rankOne(zeros + weights.map { $0 / typical }), mean: -1)
        }
      }
    }
    var distances = [
      Distance(
        weights: [Double](repeating: 1 / bits, count: dimension),
        prior: LogNormalPrior(mean: 1.5, standardDeviation: 1))
    ]
    if let importance = problem.importance, importance.contains(where: { $0 > 0 }) {
      let total = importance.reduce(0, +)
      if terms.contains(.screen) {
        add(
          "screen mean", .rankOne(importance.map { $0 / (total * (origin == 0 ? 0.5 : 0.5)) }),
          mean: 0)
        let squares = importance.map { $0 * $0 }
        let typical = squares.reduce(0, +) * (origin == 0 ? 0.5 : 0.25)
        add("screen", .diagonal(squares.map { $0 / typical }), mean: -1)
      }
      if terms.contains(.relevance) {
        distances.append(
          Distance(
            weights: importance.map { $0 / total },
            prior: LogNormalPrior(mean: 0, standardDeviation: 1.5)))
      }
    }
    self.init(
      dimension: dimension, origin: origin, pairs: pairs, components: components,
      distances: distances,
      hammingPrior: LogNormalPrior(mean: -0.5, standardDeviation: 1.5))
  }
}
