import DraftEvaluation
import Files
import Foundation
import Inference
import SkipSearch

/// `skip-search search`: finds skip sets.
struct SearchCommand: Command {
  static let description = CommandDescription(
    "search", "Find the skip sets that make this model fastest on this machine.",
    discussion: """
      Writes <output>/<model>-<time>.json, and beside it a journal with a line for each finished \
      trial. Ctrl-C ends the search and saves what was found; --resume goes on from a journal.
      """,
    options: [
      ModelOptions.model,
      Option("trials", value: "n", default: "200", "Skip sets to evaluate."),
      Option(
        "prompts", value: "file", default: "built-in word problems and instructions",
        "Calibration prompts, JSONL: {\"prompt\": \"…\"} or {\"messages\": […]} on each line."),
      Option("max-tokens", "n", value: "n", default: "64", "The most tokens per prompt."),
      Option(
        "trial-prompts", value: "n", default: "48, or 12 with --evaluator decode",
        "The most prompts of the search; others are kept back to measure the best sets."),
      Option(
        "trial-starts", value: "n", default: "384",
        "About how many places a trial replays, the same for all trials."),
      Option("seed", value: "n", default: "0", "Seed of the search: the same, the same proposals."),
      Option("output", "o", value: "dir", default: "results", "Where result and journal go."),
      ModelOptions.threads,
      Option(
        "evaluator", value: "kind", default: "auto",
        "How sets are measured: replay (drafts along the known output, modelled times), decode (really "
          + "decoding the prompts), or auto (replay for trials, decoding for the best few)."),
      Option(
        "draft-max", value: "n", default: "8", "The most tokens that a round drafts."),
      Option(
        "draft-stop", value: "rule", default: "for each set the one that suits it",
        "When a round stops drafting: fixed, confidence:P or adaptive[:T]."),
      Option(
        "optimiser", value: "kind", default: "gp",
        "Who proposes sets: gp (Gaussian process), random, annealing or greedy."),
      Option(
        "freeze", value: "list",
        "Sub-layers that no set may skip, such as attn:0,mlp:0,mlp:23."),
      Option("enqueue", value: "file", "A skip set to try first, in any of the formats."),
      Option(
        "stop", value: "when", default: "trials",
        "trials: after the last; auto: also when no trial is likely to gain anything."),
      Option(flag: "force", "Search though the costs of the passes say that nothing can pay."),
      Option(
        "time-limit", value: "time", "End after this time, such as 90s, 30m or 1h30m."),
      Option("resume", value: "file", "Go on from a search's journal."),
      Option(flag: "quiet", short: "q", "Show no progress."),
      Option(flag: "json", "Print the result file's content instead of the summary."),
    ])

  let model: ModelOptions
  let prompts: String?
  let output: String
  let resume: String?
  let enqueue: String?
  let settings: StudySettings
  let isQuiet: Bool
  let isJSON: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    model = try ModelOptions(arguments)
    prompts = arguments.string("prompts")
    output = arguments.string("output") ?? "results"
    resume = arguments.string("resume")
    enqueue = arguments.string("enqueue")
    let draft = try DraftOptions(arguments)
    isQuiet = arguments.has("quiet")
    isJSON = arguments.has("json")
    var settings = StudySettings()
    settings.trials = try arguments.integer("trials", in: 1...1_000_000) ?? settings.trials
    settings.maximumTokens =
      try arguments.integer("max-tokens", in: 2...(1 << 20)) ?? settings.maximumTokens
    settings.evaluator = try arguments.evaluator() ?? settings.evaluator
    settings.promptsPerTrial =
      try arguments.integer("trial-prompts", in: 1...100_000)
      ?? (settings.evaluator == .decode ? 12 : 48)
    settings.trialStarts =
      try arguments.integer("trial-starts", in: 1...100_000_000) ?? settings.trialStarts
    settings.force = arguments.has("force")
    settings.optimiser = try arguments.oneOf("optimiser") ?? settings.optimiser
    settings.stopsEarly = try arguments.oneOf("stop", ["trials", "auto"]) == "auto"
    if let text = arguments.string("freeze") {
      guard let frozen = SkipSet(list: text) else {
        throw arguments.invalid("freeze", text, "a list such as attn:0,mlp:0,mlp:23")
      }
      settings.frozen = frozen
    }
    settings.seed = try arguments.seed()
    settings.timeLimit = try arguments.seconds("time-limit")
    settings.draftMaximum = draft.maximum ?? settings.draftMaximum
    settings.draftStop = draft.stop
    self.settings = settings
  }

  func run() throws {
    let progress = ProgressReporter(quiet: isQuiet)
    let text = try TextModel(model)
    let set =
      try prompts.map { path throws(InputError) in
        try PromptSet(file: path)
      } ?? BuiltInPrompts.set
    let encoded = try text.encode(set)
    let split = CalibrationSplit(encoded, calibrationCount: settings.promptsPerTrial)
    let settings = try completed(for: text)
    progress.say("measuring this machine's read bandwidth …")
    let subject = subject(text, set, split)
    let header = JournalHeader(subject: subject, settings: settings)
    let journal =
      try resume.map { path throws(InputError) in try Journal.resume(path, header: header) }
      ?? Journal.create(in: output, header: header)

    let generator = text.generator(for: encoded, maximumTokens: settings.maximumTokens)
    let study = Study(
      subject: subject, settings: settings, journal: journal,
      benches: Benches.preparation(settings, generator: generator, split: split),
      interruption: Interruption.stopSignal, progress: { $0.show(on: progress) })
    let result = try outcome(of: study)
    progress.clear()
    try result.write(to: journal.resultPath)
    try StandardOutput().write(
      isJSON ? result.json.pretty : result.summary(path: journal.resultPath))
    if result.isInterrupted {
      message("Interrupted; what was found is in \(journal.resultPath)")
      message("Go on with: --resume \(journal.path)")
      throw Interrupted()
    }
  }

  /// The settings with what needs the model to be read.
  private func completed(for text: TextModel) throws(InputError) -> StudySettings {
    var settings = settings
    let layers = text.model.configuration.layerCount
    guard settings.frozen.fits(layerCount: layers) else {
      throw InputError(
        file: model.directory, field: "num_hidden_layers",
        "--freeze names a layer that this model with layers 0 to \(layers - 1) does not have")
    }
    if let enqueue {
      // It is only tried, so one that was found for other weights is welcome too.
      settings.enqueued = [
        try SkipSetFile.read(
          enqueue, layerCount: layers, fingerprint: text.model.checkpoint.fingerprint, force: true
        ).skip
      ]
    }
    return settings
  }

  private func outcome(of study: Study) throws -> StudyResult {
    do throws(StudyError) {
      return try study.run()
    } catch {
      switch error {
      case .interrupted: throw Interrupted()
      case .file(let error): throw error
      case .evaluation(.generation(let prompt, let error)):
        throw InputError(file: prompts ?? "built-in prompts", field: prompt, error.description)
      case .evaluation: throw error
      }
    }
  }

  private func subject(
    _ text: TextModel, _ set: PromptSet, _ split: CalibrationSplit
  ) -> StudySubject {
    StudySubject(
      model: ModelDescription(text.model.checkpoint, path: model.directory),
      machine: MachineDescription(
        cpu: MachineDescription.processorName(),
        instructionSet: text.model.instructionSet.rawValue, threads: text.model.team.count,
        readBandwidth: ReadBandwidth.measure(team: text.model.team).max()),
      calibration: CalibrationDescription(split, source: set.source),
      version: Program.version, command: CommandLine.arguments)
  }
}

extension Arguments {
  /// `--evaluator`; nil where it is not given.
  func evaluator() throws(UsageError) -> EvaluatorKind? { try oneOf("evaluator") }

  /// An option whose value is one of an enumeration's; nil where it is not given.
  fileprivate func oneOf<Kind: RawRepresentable & CaseIterable>(
    _ name: String
  ) throws(UsageError) -> Kind? where Kind.RawValue == String {
    try oneOf(name, Kind.allCases.map(\.rawValue)).flatMap(Kind.init(rawValue:))
  }

  fileprivate func oneOf(_ name: String, _ values: [String]) throws(UsageError) -> String? {
    guard let text = string(name) else { return nil }
    guard values.contains(text) else {
      throw invalid(name, text, values.joined(separator: ", "))
    }
    return text
  }
}

extension StudyEvent {
  /// Shows the event as a person would like to see it.
  func show(on progress: ProgressReporter) {
    switch self {
    case .measuringBaseline: progress.say("measuring plain decoding …")
    case .baseline(let baseline):
      progress.say(
        String(format: "plain decoding: %.1f tokens/s", baseline.tokensPerSecond))
    case .bound(let bound):
      for line in bound.table { progress.say(line) }
    case .resumed(let trials): progress.say("resumed with \(trials) finished trials")
    case .proposed: break
    case .trial(_, let best, let count, let total):
      let note = best?.evaluation.speedup.map { String(format: "best %.2fx", $0.speedup) } ?? ""
      progress.update("trial", count, of: total, note: note)
    case .settling(let done, let total):
      progress.update("the best few choose draft settings", done, of: total)
    case .remeasuring(let done, let total, let drafts):
      progress.update("measuring the best \(drafts) again", done, of: total)
    case .validating(let done, let total, let drafts):
      progress.update("measuring the best \(drafts) on held-out prompts", done, of: total)
    case .notice(let sentence): progress.say("Note: \(sentence)", always: true)
    }
  }
}
