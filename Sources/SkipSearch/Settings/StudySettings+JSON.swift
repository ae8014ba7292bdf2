import DraftEvaluation
import Files
import Inference

extension StudySettings {
  /// The `settings` of result file and journal.
  public var json: JSON {
    [
      "trials": .integer(trials),
      "seed": Int(exactly: seed).map(JSON.integer) ?? .string(String(seed)),
      "evaluator": .string(evaluator.rawValue), "draft_max": .integer(draftMaximum),
      "draft_stop": .string(draftStop?.argument ?? Self.tuned),
      "max_tokens": .integer(maximumTokens),
      "prompts_per_trial": .integer(promptsPerTrial),
      "trial_starts": .integer(trialStarts), "force": .bool(force),
      "time_limit_seconds": timeLimit.map(JSON.double) ?? .null,
      "finalists": .integer(finalists),
      "validation_repetitions": .integer(validationRepetitions),
      "baseline_repetitions": .integer(baselineRepetitions),
      "trial_draft": decodedRules.trialRule.json,
      "optimiser": .string(optimiser.rawValue), "frozen": frozen.json,
      "enqueued": .array(enqueued.map(\.json)), "stops_early": .bool(stopsEarly),
    ]
  }

  /// Reads what `json` writes.
  public init(_ field: JSONField) throws(InputError) {
    self.init()
    trials = try field.required("trials").integer(in: 1 ... .max)
    let seedField = try field.required("seed")
    seed = try Self.seed(seedField)
    let kind = try field.required("evaluator")
    guard let known = EvaluatorKind(rawValue: try kind.string()) else {
      let names = EvaluatorKind.allCases.map(\.rawValue).joined(separator: ", ")
      throw kind.error("unknown evaluator; known are \(names)")
    }
    evaluator = known
    maximumTokens = try field.required("max_tokens").integer(in: 1 ... .max)
    promptsPerTrial = try field.required("prompts_per_trial").integer(in: 1 ... .max)
    let method = try field.required("optimiser")
    guard let optimiser = OptimiserKind(rawValue: try method.string()) else {
      let names = OptimiserKind.allCases.map(\.rawValue).joined(separator: ", ")
      throw method.error("unknown optimiser; known are \(names)")
    }
    self.optimiser = optimiser
    frozen = try SkipSet(try field.required("frozen"), layerCount: nil)
    for element in try field.required("enqueued").elements() {
      enqueued.append(try SkipSet(element, layerCount: nil))
    }
    stopsEarly = try field.required("stops_early").bool()
    trialStarts = try field.required("trial_starts").integer(in: 1 ... .max)
    force = try field.required("force").bool()
    timeLimit = try field.optional("time_limit_seconds").map { limit throws(InputError) in
      try limit.double()
    }
    finalists = try field.required("finalists").integer(in: 1 ... .max)
    validationRepetitions = try field.required("validation_repetitions").integer(in: 1 ... .max)
    baselineRepetitions = try field.required("baseline_repetitions").integer(in: 1 ... .max)
    // Version 0.1.0 let 64 pass, and drafted one less.
    draftMaximum = min(
      try field.required("draft_max").integer(in: 1...StopRule.largestMaximum + 1),
      StopRule.largestMaximum)
    let stop = try field.required("draft_stop")
    let rule = try stop.string()
    if rule != Self.tuned {
      // The argument form has only a rule's main parameter; an option cannot set more.
      guard let known = StopCriterion(argument: rule) else {
        throw stop.error("\"\(rule)\" is no stop rule")
      }
      draftStop = known
    }
  }

  /// `draft_stop` where the best few sets try several rules.
  private static let tuned = "tuned"

  /// A number, or a string where it takes all 64 bits.
  private static func seed(_ field: JSONField) throws(InputError) -> UInt64 {
    if case .string(let text) = field.value {
      guard let seed = UInt64(text) else { throw field.error("\"\(text)\" is no seed") }
      return seed
    }
    return UInt64(try field.integer(in: 0 ... .max))
  }

  /// Where `other` would measure or propose something else, a sentence that names the option that
  /// differs; nil where a study may go on with these settings.
  func conflict(with other: StudySettings) -> String? {
    func differs(_ option: String, _ old: some CustomStringConvertible, _ new: String) -> String {
      "the journal was written with \(option) \(old), this search has \(new); "
        + "give \(option) \(old), or start a new search without --resume"
    }
    if seed != other.seed { return differs("--seed", seed, String(other.seed)) }
    if evaluator != other.evaluator {
      return differs("--evaluator", evaluator.rawValue, other.evaluator.rawValue)
    }
    if optimiser != other.optimiser {
      return differs("--optimiser", optimiser.rawValue, other.optimiser.rawValue)
    }
    if frozen != other.frozen || enqueued != other.enqueued {
      return
        "the journal was written with other sub-layers frozen or other sets enqueued; give the same "
        + "--freeze and --enqueue, or start a new search without --resume"
    }
    if maximumTokens != other.maximumTokens {
      return differs("--max-tokens", maximumTokens, String(other.maximumTokens))
    }
    if draftMaximum != other.draftMaximum {
      return differs("--draft-max", draftMaximum, String(other.draftMaximum))
    }
    if draftStop != other.draftStop {
      guard let stop = draftStop else {
        return "the journal was written without --draft-stop; leave it out, or start a new search "
          + "without --resume"
      }
      return differs("--draft-stop", stop.argument, other.draftStop?.argument ?? "none")
    }
    if trialStarts != other.trialStarts {
      return differs("--trial-starts", trialStarts, String(other.trialStarts))
    }
    if promptsPerTrial != other.promptsPerTrial {
      return "the journal was written with \(promptsPerTrial) prompts per trial, this search has "
        + "\(other.promptsPerTrial); start a new search without --resume"
    }
    return nil
  }
}
