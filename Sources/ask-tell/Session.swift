import BayesianOptimization
import Files

/// An optimiser and the requests that it answers.
struct Session {
  private enum Method: String, CaseIterable {
    case gp, random, annealing, greedy
  }

  private let dimension: Int
  private var optimizer: any AskTellOptimizer
  private var rule = StoppingRule()
  private var stopReason: String?

  /// Reads the problem.
  init(_ field: JSONField) throws(InputError) {
    let problem = try SearchProblem(field)
    dimension = problem.dimension
    let seed = UInt64(try field.optional("seed")?.integer(in: 0...Int.max) ?? 0)
    let budget = try field.optional("budget")?.integer(in: 1...1_000_000) ?? 200
    var method = Method.gp
    if let name = try field.optional("method") {
      guard let known = Method(rawValue: try name.string()) else {
        let names = Method.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
        throw name.error("expected one of \(names)")
      }
      method = known
    }
    switch method {
    case .gp: optimizer = GaussianProcessOptimizer(problem, seed: seed)
    case .random: optimizer = RandomSearch(problem, seed: seed)
    case .annealing: optimizer = SimulatedAnnealing(problem, seed: seed, budget: budget)
    case .greedy: optimizer = GreedySearch(problem, seed: seed)
    }
  }

  /// Does what a line asks for.
  mutating func answer(_ field: JSONField) throws(InputError) -> JSON {
    let members = try field.members()
    guard members.count == 1, let (key, request) = members.first else {
      throw field.error("expected an object with one request, found \(members.count) members")
    }
    switch key {
    case "ask": return try ask(request.integer(in: 1...100_000))
    case "tell": return try tell(request)
    case "best":
      let count = try request.integer(in: 1...100_000)
      return ["best": .array(optimizer.recommendations(count).map(Self.json))]
    case "enqueue", "predict", "importance", "pareto", "stop":
      guard var model = optimizer as? GaussianProcessOptimizer else {
        throw field.error("only the method \"gp\" answers \"\(key)\"")
      }
      defer { optimizer = model }
      return try answer(key, request, &model)
    default: throw field.error("there is no request \"\(key)\"; see ask-tell --help")
    }
  }

  private func answer(
    _ key: String, _ request: JSONField, _ model: inout GaussianProcessOptimizer
  ) throws(InputError) -> JSON {
    switch key {
    case "enqueue":
      model.enqueue(try request.points(dimension))
      return .object([])
    case "predict":
      let points = try request.points(dimension)
      return ["predictions": .array(points.map { Self.json(model.posterior(at: $0)) })]
    case "importance":
      return [
        "importance": .array(
          model.importances().map {
            ["harm": .double($0.harm), "standard_deviation": .double($0.standardDeviation)]
          })
      ]
    case "pareto": return ["pareto": .array(model.paretoFront.map(Self.json))]
    default: return ["stop": stopReason.map { .string($0) } ?? .null]
    }
  }

  private mutating func ask(_ count: Int) -> JSON {
    var points: [JSON] = []
    while points.count < count, let point = optimizer.ask() {
      points.append(.string(point.description))
      let expected = (optimizer as? GaussianProcessOptimizer)?.lastExpectedImprovement
      stopReason = rule.reason(expected)
    }
    return ["points": .array(points)]
  }

  private mutating func tell(_ request: JSONField) throws(InputError) -> JSON {
    var observations: [(BitVector, Double, Double, SharedSample?)] = []
    for element in try request.elements() {
      let variance = try element.optional("variance")
      let value = try variance?.double() ?? 0
      guard value >= 0 else { throw (variance ?? element).error("a variance is not negative") }
      observations.append(
        (
          try element.required("point").point(dimension),
          try element.required("value").double(), value,
          try element.optional("sample").map { field throws(InputError) in
            SharedSample(try field.integers(in: SharedSample.numbers))
          }
        ))
    }
    // All or nothing: a wrong entry leaves the model as it was.
    for (point, value, variance, sample) in observations {
      optimizer.tell(point, value: value, noiseVariance: variance, sample: sample)
    }
    return .object([])
  }

  private static func json(_ belief: Belief) -> JSON {
    [
      "point": .string(belief.point.description), "mean": .double(belief.mean),
      "standard_deviation": .double(belief.standardDeviation),
      "latent_mean": .double(belief.latentMean),
      "latent_standard_deviation": .double(belief.latentStandardDeviation),
      "cost": .double(belief.cost),
    ]
  }
}
