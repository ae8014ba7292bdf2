import DraftEvaluation
import Inference
import SkipSearch

/// What `skip-search search` was asked for. Defaults are the study's own.
struct SearchOptions {
  private static let standard = StudySettings()

  static let trials = Option(
    "trials", value: "n", .integer(in: StudySettings.trialRange), default: standard.trials,
    "The most drafts to evaluate.")
  static let prompts = Option(
    "prompts", value: "file", .text, otherwise: "built-in, of four kinds",
    "Calibration prompts, JSONL: {\"prompt\": \"…\"} or {\"messages\": […]} on each line, and if "
      + "wanted \"kind\": \"…\", by which figures are shown.")
  static let promptCount = Option(
    "trial-prompts", value: "n", .integer(in: StudySettings.promptRange),
    otherwise: "\(StudySettings.promptCount(for: .auto)), or "
      + "\(StudySettings.promptCount(for: .decode)) with --evaluator decode; fewer with a short "
      + "--time-limit",
    "The most prompts of the search; others are kept back to measure the best sets.")
  static let trialPositions = Option(
    "trial-starts", value: "n", .integer(in: StudySettings.positionRange),
    default: standard.trialPositions,
    "About how many positions a trial replays.")
  static let seed = Option(
    "seed", value: "n", .seed, default: standard.seed,
    "Seed of the search: the same, and the same measured costs, the same proposals. (--resume with a "
      + "copy of the first two lines of an earlier journal keeps its costs.)")
  static let output = Option(
    "output", "o", value: "dir", .text, default: "results", "Where result and journal go.")
  static let evaluator = Option(
    "evaluator", value: "kind", .keyword, default: standard.evaluator,
    "How sets are measured: replay (drafts along the known output, modelled times), decode (really "
      + "decoding the prompts), or auto (replay for trials, decoding for the best few).")
  static let draftMaximum = DraftOptions.maximum(
    from: 1, otherwise: "\(standard.draftMaximum)")
  static let draftWeights = DraftPolicyOptions.weights(
    otherwise: "auto",
    auto: "for each sub-layer 8 or 4, where these are fewer bits than the model's own")
  static let draftVocabulary = DraftPolicyOptions.vocabulary(
    otherwise: "auto", auto: "all, or a part")
  static let lookup = DraftPolicyOptions.lookup(otherwise: "auto", auto: "whatever pays")
  static let draftStop = DraftOptions.stop(otherwise: "for each draft the one that suits it")
  static let optimizer = Option(
    "optimiser", value: "kind", .keyword, default: standard.optimizer,
    "Who proposes sets: gp (Gaussian process), random, annealing or greedy.")
  static let frozen = Option(
    "freeze", value: "list", .subLayers,
    "Sub-layers that no set may skip, such as attn:0,mlp:0,mlp:23.")
  static let enqueue = Option(
    "enqueue", value: "file", .text,
    "A skip set to try first, in any of the formats; FILE#NAME for one of several in a file.")
  static let end = Option(
    "stop", value: "when", .keyword, default: End.auto,
    "auto: when no further trial is likely to gain anything; never: after the last trial only.")
  static let force = Option(
    flag: "force", "Search though the costs of the passes say that nothing can pay.")
  static let timeLimit = Option(
    "time-limit", value: "time", .duration,
    "End after this time, given with its unit: 90s, 30m or 1h30m.")
  static let resume = Option(
    "resume", value: "file", .text,
    "Go on from a search's journal; what is not said here is as it was there.")
  static let study = Option(
    "study", value: "dir", .studyDirectory,
    "A study that several processes work on, here or on machines that share the directory: begins "
      + "it, or joins it; what is not said here is as its first worker said.")
  static let leavesValidation = Option(
    flag: "no-validation",
    "With --study: leave when the trials are done, and have another worker measure the best.")
  static let isQuiet = Option(flag: "quiet", short: "q", "Show no progress.")
  static let isJSON = Option(
    flag: "json", "Print the result file's content instead of the summary.")

  static let streamsEvents = Option(
    flag: "events",
    "Print a line of JSON for each event as it happens (started, baseline, bound, proposed, trial, "
      + "waiting, notice, validating, failed …), at last one with the result's path.")

  /// In the order of the help.
  static let all: [any OptionDeclaration] = [
    ModelOptions.model, trials, prompts, MeasurementOptions.maximumTokens, promptCount,
    trialPositions,
    seed, output, ModelOptions.threads, evaluator, draftWeights, draftVocabulary, lookup,
    draftMaximum, draftStop, optimizer, frozen,
    enqueue, end, force, timeLimit, resume, study, leavesValidation, EvaluatorOptions.all, isQuiet,
    isJSON, streamsEvents,
  ]

  /// When a search is over.
  enum End: String, CaseIterable, Sendable {
    case auto, never
  }

  /// The model of this program; nil where another's is searched.
  let model: ModelOptions?
  let evaluatorCommand: EvaluatorOptions?
  let prompts: PromptSource
  let output: String
  let resume: String?
  /// The directory of a shared study; nil where this process searches alone.
  let study: StudyDirectory?
  /// Whether what the line does not say was read from a journal.
  let joins: Bool
  /// Whether this process may measure the best few of a shared study.
  let validates: Bool
  let enqueue: String?
  let settings: StudySettings
  /// Whether the command line says how many prompts the search has.
  let hasPromptCount: Bool
  let isQuiet: Bool
  let isJSON: Bool
  /// Whether standard output has events instead of the summary.
  let streamsEvents: Bool

  /// - Parameter journal: of a search to go on with: what the line does not say is as it was there.
  init(
    _ arguments: Arguments, resuming journal: JournalHeader? = nil
  ) throws(UsageError) {
    let source = journal?.subject.calibration.source
    evaluatorCommand = try EvaluatorOptions(arguments)
    model = try evaluatorCommand == nil ? ModelOptions(arguments) : nil
    prompts = PromptSource(
      path: try arguments[Self.prompts] ?? (source == BuiltInPrompts.set.source ? nil : source))
    output = try arguments[Self.output]
    resume = try arguments[Self.resume]
    study = try arguments[Self.study]
    joins = journal != nil
    validates = try !arguments[Self.leavesValidation]
    if study != nil, resume != nil {
      throw UsageError("--study goes on by itself; leave out --resume")
    }
    if study != nil, arguments.text(of: Self.output.description) != nil {
      throw UsageError("the result of a shared study is in its directory; leave out --output")
    }
    if study == nil, !validates { throw UsageError("--no-validation is for searches with --study") }
    enqueue = try arguments[Self.enqueue]
    isQuiet = try arguments[Self.isQuiet]
    isJSON = try arguments[Self.isJSON]
    streamsEvents = try arguments[Self.streamsEvents]
    if isJSON, streamsEvents {
      throw arguments.error(
        "The options --json and --events exclude each other; the last event names the result's file"
      )
    }
    settings = try Self.settings(arguments, resuming: journal?.settings)
    hasPromptCount = try arguments[Self.promptCount] != nil || journal != nil
  }

  private static func settings(
    _ arguments: Arguments, resuming old: StudySettings?
  ) throws(UsageError) -> StudySettings {
    var settings = old ?? StudySettings()
    settings.draftMaximum = try arguments[draftMaximum] ?? settings.draftMaximum
    settings.draftStop = try arguments[draftStop] ?? settings.draftStop
    settings.trials = try arguments.value(trials, or: old?.trials)
    settings.maximumTokens = try arguments.value(
      MeasurementOptions.maximumTokens, or: old?.maximumTokens)
    settings.evaluator = try arguments.value(evaluator, or: old?.evaluator)
    settings.promptsPerTrial =
      try arguments[promptCount] ?? old?.promptsPerTrial
      ?? StudySettings.promptCount(for: settings.evaluator)
    settings.trialPositions = try arguments.value(trialPositions, or: old?.trialPositions)
    settings.policy = try DraftPolicyOptions(
      arguments, draftWeights, draftVocabulary, lookup
    ).policy(otherwise: settings.policy)
    settings.force = try arguments[force] || settings.force
    settings.optimizer = try arguments.value(optimizer, or: old?.optimizer)
    let oldEnd = old.map { $0.stopsEarly ? End.auto : .never }
    settings.stopsEarly = try arguments.value(end, or: oldEnd) == .auto
    settings.frozen = try arguments[frozen] ?? settings.frozen
    settings.seed = try arguments.value(seed, or: old?.seed)
    settings.timeLimit = try arguments[timeLimit]
    return settings
  }
}

extension ValueFormat<SkipSet> {
  /// Sub-layers named one by one.
  static let subLayers = ValueFormat("a list such as attn:0,mlp:0,mlp:23") { SkipSet(list: $0) }
}
