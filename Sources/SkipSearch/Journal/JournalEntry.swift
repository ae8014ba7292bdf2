import DraftEvaluation
import Files

/// A line of a journal after its header.
enum JournalEntry: Hashable, Sendable {
  /// What passes cost on the machine that began the study.
  case costs(CostModel)
  /// A finished trial; of a shared study with the number of its claim.
  case trial(Trial, claim: Int?)
  /// A trial that failed.
  case failure(TrialFailure, claim: Int?)
  /// What a worker begins to do.
  case claim(Claim)
  /// The result was written, with so many trials.
  case finished(trials: Int)

  /// The line's object.
  var json: JSON {
    switch self {
    case .costs(let costs): ["cost_model": costs.json]
    case .trial(let trial, let claim): Self.object(trial.json, claim)
    case .failure(let failure, let claim): Self.object(failure.json, claim)
    case .claim(let claim): claim.json
    case .finished(let trials): ["finished": .integer(trials)]
    }
  }

  /// An object with the number of a claim.
  private static func object(_ json: JSON, _ claim: Int?) -> JSON {
    guard let claim, case .object(let members) = json else { return json }
    return .object(members + [JSON.Member("claim", .integer(claim))])
  }

  /// Reads a line.
  init(_ field: JSONField, layerCount: Int) throws(InputError) {
    func claim() throws(InputError) -> Int? {
      try field.optional("claim")?.integer(in: 0...(1 << 40))
    }
    if let costs = try field.optional("cost_model") {
      self = .costs(try CostModel(costs))
    } else if try field.optional("task") != nil {
      self = .claim(try Claim(field, layerCount: layerCount))
    } else if try field.optional("failure") != nil {
      self = .failure(try TrialFailure(field, layerCount: layerCount), claim: try claim())
    } else if let trials = try field.optional("finished") {
      self = .finished(trials: try trials.integer(in: 0...(1 << 40)))
    } else {
      self = .trial(try Trial(field, layerCount: layerCount), claim: try claim())
    }
  }
}
