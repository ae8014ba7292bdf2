import DraftEvaluation
import Files
import Inference
import SkipSearch

/// `skip-search ask`: what a program of one's own is to try next.
struct AskCommand: Command {
  static let description = CommandDescription(
    "ask", "Ask which skip set to try next, for a loop of your own; tell says what came of it.",
    discussion: """
      The first call begins the study: it needs --layers. Prints a line of JSON: {"id": 7, \
      "skip_layer_ids": {"attn": […], "mlp": […]}, "predicted_speedup": 1.31}; when there is \
      nothing more to try {"done": "why"}, with exit code 3; when there is nothing to try before \
      others tell what they were asked to try {"pending": 2}, with exit code 4: one that fails is \
      replaced, so ask again then. So 'while ask …; do …; tell …; done' ends, at the latest when \
      as many trials failed as are wanted (ten at least). Calls may come from several processes at \
      once; what is asked for and not told is believed to be as predicted. status shows where the \
      study stands.
      """,
    options: [study, layers, name, trials, seed, frozen, optimizer, end],
    examples: [
      CommandExample(
        "Begin a study of a model with 32 layers, and get its first skip set",
        "skip-search ask --study study --layers 32 --trials 200"),
      CommandExample("Get the next one", "skip-search ask --study study"),
    ])

  static let study = Option(
    required: "study", value: "dir", .studyDirectory,
    "The study's directory; made where it is missing.")
  static let layers = Option(
    "layers", value: "n", .integer(in: 1...SkipSet.layerLimit), "The model's decoder layers.")
  static let name = Option("name", value: "text", .text, "The model's name, for people.")
  static let trials = SearchOptions.trials
  static let seed = Option(
    "seed", value: "n", .seed, default: StudySettings().seed, "Decides all that is random.")
  static let frozen = SearchOptions.frozen
  static let optimizer = SearchOptions.optimizer
  static let end = SearchOptions.end

  let study: StudyDirectory
  let header: JournalHeader

  init(_ arguments: Arguments) throws(UsageError) {
    study = try arguments[Self.study]
    let old: JournalHeader?
    do throws(InputError) {
      try study.check()
      old = study.hasStudy ? try Journal.header(of: study.journal) : nil
    } catch { throw UsageError("\(error)") }
    var settings = old?.settings ?? StudySettings()
    settings.policy = .classical
    settings.trials = try arguments.value(Self.trials, or: old?.settings.trials)
    settings.seed = try arguments.value(Self.seed, or: old?.settings.seed)
    settings.optimizer = try arguments.value(Self.optimizer, or: old?.settings.optimizer)
    settings.frozen = try arguments[Self.frozen] ?? settings.frozen
    let oldEnd = old.map { $0.settings.stopsEarly ? SearchOptions.End.auto : .never }
    settings.stopsEarly = try arguments.value(Self.end, or: oldEnd) == .auto
    let layers = try arguments[Self.layers] ?? old?.subject.model.layerCount
    guard let layers else {
      throw arguments.error("The first ask of a study needs --layers, the model's decoder layers")
    }
    guard settings.frozen.fits(layerCount: layers) else {
      throw arguments.error("--freeze names a layer beyond the \(layers) of the model")
    }
    let name = try arguments[Self.name] ?? old?.subject.model.path ?? "model"
    header = JournalHeader(
      subject: ExternalStudy.subject(
        name: name, layerCount: layers,
        machine: MachineDescription(
          cpu: Processors.name, instructionSet: InstructionSet.best.rawValue, threads: 1),
        version: ProgramDescription.version, command: CommandLine.arguments),
      settings: settings)
  }

  func run() throws {
    let answer = try ExternalStudy(study, header: header).ask()
    let json: JSON =
      switch answer {
      case .done(let reason): ["done": .string(reason)]
      case .pending(let count): ["pending": .integer(count)]
      case .trial(let asked):
        [
          "id": .integer(asked.id), "skip_layer_ids": (asked.plan.model?.skip ?? .none).json,
          "origin": .string(asked.plan.origin.name),
          "predicted_speedup": .number(asked.plan.predicted?.speedup),
        ]
      }
    try StandardOutput().write(json.compact + "\n")
    switch answer {
    case .trial: break
    case .done: throw NothingToTry(isOver: true)
    case .pending: throw NothingToTry(isOver: false)
    }
  }

  /// Why there is nothing to try was printed.
  struct NothingToTry: Error {
    /// Whether there will never be.
    let isOver: Bool
  }
}
