import DraftEvaluation
import Files
import Inference

extension StudySettings: JSONRecord {
  /// The `settings` of result file and journal.
  package static func record(
    _ member: JSONMembers<StudySettings>
  ) throws(InputError) -> StudySettings {
    let set = SkipSet.codec(layerCount: nil)
    var settings = StudySettings()
    settings.trials = try member("trials", \.trials, .integer(in: trialRange))
    settings.seed = try member("seed", \.seed, .seed)
    settings.evaluator = try member("evaluator", \.evaluator, .name(of: "evaluator"))
    settings.draftMaximum = try member("draft_max", \.draftMaximum, StopRule.maximumCodec(from: 1))
    settings.draftStop = try member("draft_stop", \.draftStop, .argument)
    settings.maximumTokens = try member("max_tokens", \.maximumTokens, .integer(in: tokenRange))
    settings.promptsPerTrial = try member(
      "prompts_per_trial", \.promptsPerTrial, .integer(in: promptRange))
    settings.trialPositions = try member(
      "trial_starts", \.trialPositions, .integer(in: positionRange))
    settings.force = try member("force", \.force, .bool)
    settings.timeLimit = try member("time_limit_seconds", \.timeLimit, .nullable(.seconds))
    settings.finalists = try member("finalists", \.finalists, .integer(in: repetitionRange))
    settings.validationRepetitions = try member(
      "validation_repetitions", \.validationRepetitions, .integer(in: repetitionRange))
    settings.baselineRepetitions = try member(
      "baseline_repetitions", \.baselineRepetitions, .integer(in: repetitionRange))
    member.derived("trial_draft", \.decodedRules.trialRule.json)
    settings.optimizer = try member("optimiser", \.optimizer, .name(of: "optimiser"))
    settings.frozen = try member("frozen", \.frozen, set)
    settings.enqueued = try member("enqueued", \.enqueued, .array(of: set))
    settings.stopsEarly = try member("stops_early", \.stopsEarly, .bool)
    // Searches of schema 1 were over skip sets alone.
    settings.policy = DraftPolicy(
      weights: try member(
        "draft_weights", \.policy.weights, .name(of: "draft weights").ifAbsent(.model)),
      vocabulary: try member(
        "draft_vocabulary", \.policy.vocabulary, .vocabularyArgument.ifAbsent(.full)),
      lookup: try member("lookup", \.policy.lookup, .lookupArgument.ifAbsent(.off)))
    return settings
  }
}

extension JSONCodec<UInt64> {
  /// A number, or a string where it takes all 64 bits.
  fileprivate static var seed: JSONCodec {
    JSONCodec(
      read: { field throws(InputError) in
        guard case .string(let text) = field.value else {
          return UInt64(try field.integer(in: 0 ... .max))
        }
        guard let seed = UInt64(text) else { throw field.error("\"\(text)\" is no seed") }
        return seed
      }, write: { Int(exactly: $0).map(JSON.integer) ?? .string(String($0)) })
  }
}

extension JSONCodec<DraftPolicy.Vocabulary> {
  /// An option's argument.
  fileprivate static var vocabularyArgument: JSONCodec {
    JSONCodec<String>.string.converted(
      read: { text, field throws(InputError) in
        guard let vocabulary = DraftPolicy.Vocabulary(argument: text) else {
          throw field.error("expected auto, full or a number of tokens, found \"\(text)\"")
        }
        return vocabulary
      }, write: \.argument)
  }
}

extension JSONCodec<LookupPolicy> {
  /// An option's argument.
  fileprivate static var lookupArgument: JSONCodec {
    JSONCodec<String>.string.converted(
      read: { text, field throws(InputError) in
        guard let lookup = LookupPolicy(argument: text) else {
          throw field.error("expected auto, off or a number of tokens, found \"\(text)\"")
        }
        return lookup
      }, write: \.argument)
  }
}

extension JSONCodec<StopCriterion?> {
  /// An option's argument, which has only a criterion's main parameter: an option cannot set more.
  /// Or `tuned`, where the best few sets try several.
  fileprivate static var argument: JSONCodec {
    let tuned = "tuned"
    return JSONCodec<String>.string.converted(
      read: { text, field throws(InputError) in
        guard text != tuned else { return nil }
        guard let criterion = StopCriterion(argument: text) else {
          throw field.error("\"\(text)\" is no stop rule")
        }
        return criterion
      }, write: { $0?.argument ?? tuned })
  }
}
