import BayesianOptimization
import Files

/// An optimiser and the requests that it answers.
struct Session {
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
    var kind = OptimizerKind.gp
    if let name = try field.optional("method") {
      guard let known = OptimizerKind(rawValue: try name.string()) else {
        let names = OptimizerKind.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
        throw name.error("expected one of \(names)")
      }
      kind = known
    }
    optimizer = kind.optimizer(problem, seed: seed, budget: budget)
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
    case "enqueue", "predict", "importance", "pareto", "prospect", "stop":
      guard let beliefs = optimizer.beliefs else {
        throw field.error("only the method \"gp\" answers \"\(key)\"")
      }
      return try answer(key, request, beliefs)
    default: throw field.error("there is no request \"\(key)\"; see ask-tell --help")
    }
  }

  /// What only a method with a model can answer.
  private mutating func answer(
    _ key: String, _ request: JSONField, _ beliefs: any Beliefs
  ) throws(InputError) -> JSON {
    switch key {
    case "enqueue":
      _ = optimizer.enqueue(try request.points(dimension))
      return .object([])
    case "predict":
      let points = try request.points(dimension)
      return ["predictions": .array(points.map { Self.json(beliefs.belief(at: $0)) })]
    case "importance":
      return [
        "importance": .array(
          beliefs.importances().map {
            ["harm": .double($0.harm), "standard_deviation": .double($0.standardDeviation)]
          })
      ]
    case "prospect": return try prospect(request)
    case "pareto": return ["pareto": .array(beliefs.paretoFront.map(Self.json))]
    default: return ["stop": stopReason.map { .string($0) } ?? .null]
    }
  }

  private func prospect(_ request: JSONField) throws(InputError) -> JSON {
    let threshold = try request.required("above").number(upTo: 1e100)
    let samples = try request.optional("samples")?.integer(in: 1...10_000) ?? 40
    func json(_ estimate: Prospect.Estimate) -> JSON {
      [
        "mean": .double(estimate.mean), "lower": .double(estimate.lower),
        "upper": .double(estimate.upper),
      ]
    }
    guard let prospect = optimizer.prospect(above: threshold, samples: samples) else {
      return ["prospect": .null]
    }
    return [
      "prospect": [
        "probability_above": .double(prospect.probabilityAbove), "gain": json(prospect.gain),
        "best": json(prospect.best),
      ]
    ]
  }

  private mutating func ask(_ count: Int) -> JSON {
    let proposals = optimizer.ask(count)
    for proposal in proposals { stopReason = rule.note(proposal.expectedImprovement) }
    return ["points": .array(proposals.map { .string($0.point.description) })]
  }

  private struct Told {
    let point: BitVector
    /// Nil where the evaluation failed.
    let value: Double?
    let noiseVariance: Double
    let chunks: SharedChunks?

    init(_ field: JSONField, dimension: Int) throws(InputError) {
      let variance = try field.optional("variance")
      noiseVariance = try variance?.number(upTo: 1e100) ?? 0
      guard noiseVariance >= 0 else {
        throw (variance ?? field).error("a variance is not negative")
      }
      point = try field.required("point").point(dimension)
      switch field.value["value"] {
      case .null?: value = nil
      case .double(let number)? where number.isNaN: value = nil
      default: value = try field.required("value").number(upTo: 1e100)
      }
      chunks = try field.optional("chunks", formerly: "sample").map { chunks throws(InputError) in
        SharedChunks(try chunks.integers(in: SharedChunks.range))
      }
    }
  }

  private mutating func tell(_ request: JSONField) throws(InputError) -> JSON {
    // All or nothing: a wrong entry leaves the model as it was.
    var tells: [Told] = []
    for element in try request.elements() {
      tells.append(try Told(element, dimension: dimension))
    }
    for told in tells {
      guard let value = told.value else {
        optimizer.discard(told.point)
        continue
      }
      optimizer.tell(
        told.point, value: value, noiseVariance: told.noiseVariance, chunks: told.chunks)
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
