import Checkpoints
import DraftEvaluation
import Foundation
import Inference
import SkipSearch
import Statistics

/// `skip-search bench`: what this machine does with this model.
struct BenchCommand: Command {
  static let description = CommandDescription(
    "bench", "Measure read bandwidth, decoding, verification, draft steps and prefill.",
    discussion: """
      Everything is measured in turn, repetition by repetition; medians and ranges are printed. \
      With a draft, plain and speculative decoding of built-in prompts are compared too. With \
      --stdin, each line of standard input asks for one figure (decode, draft, verify ROWS, \
      far ROWS after a text of 4,096 tokens, prefill or read, then how many passes) and is \
      answered by a line of JSON, so that two engines can be measured in turn.
      """,
    options: [
      subject, SkipSetOptions.all, repetitions, DraftOptions.all, ModelOptions.threads, readsInput,
      isJSON,
    ],
    examples: [
      CommandExample(
        "Measure a model on this machine",
        "skip-search bench -m model.gguf"),
      CommandExample(
        "Measure drafts of 4 bits, too, against plain decoding",
        "skip-search bench -m model.gguf --draft-weights 4"),
      CommandExample(
        "Measure a shape without downloading its model",
        "skip-search bench --random-model 135m"),
    ])

  /// What to run.
  enum Subject {
    case directory(String)
    case shape(ModelConfiguration)
  }

  static let subject = Choice<Subject>(
    .init(
      Option(
        "model", "m", value: "path", .modelDirectory,
        "A GGUF file or a Hugging Face directory; this or --random-model."),
      Subject.directory),
    .init(
      Option(
        "random-model", value: "shape", .knownShape,
        "Random BF16 weights of a known shape, in memory: \(ValueFormat.knownShapeNames)."),
      Subject.shape))
  static let repetitions = Option(
    "repetitions", "r", value: "n", .integer(in: 1...1000), default: 5,
    "How often everything is measured.")
  static let readsInput = Option(
    flag: "stdin", "Time the passes that the lines of standard input name.")
  static let isJSON = Option(flag: "json", "Print JSON, raw samples included.")

  let subject: Subject
  let threads: Int
  let skipSet: SkipSetOptions
  let repetitions: Int
  let draft: DraftOptions
  let readsInput: Bool
  let isJSON: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    subject = try arguments[Self.subject]
    threads = try arguments[ModelOptions.threads]
    skipSet = try SkipSetOptions(arguments)
    repetitions = try arguments[Self.repetitions]
    draft = try DraftOptions(arguments)
    readsInput = try arguments[Self.readsInput]
    isJSON = try arguments[Self.isJSON]
    try draft.check(arguments, hasFile: skipSet.path != nil)
    if case .shape = subject, let option = draft.decodingOptions.first {
      throw arguments.error(
        "Random weights have no text to decode, so that \(option) has no effect")
    }
  }

  func run() throws {
    let model: LanguageModel
    switch subject {
    case .directory(let path): model = try ModelOptions(directory: path, threads: threads).load()
    case .shape(let shape):
      message("making random weights …")
      model = ModelOptions.model(
        try Checkpoint(random: shape, type: .bf16, seed: 1), threads: threads)
    }
    let file = try skipSet.read(for: model.checkpoint)
    let described = try draft.draft(from: file, VocabularyRanking(of: model))
    let draft =
      described?.model
      ?? DraftModel(skip: KnownSkipSets.uniform(layerCount: model.configuration.layerCount))
    try model.prepare(draft)
    if readsInput {
      try PassTimings(EngineTimer(model: model, draft: draft)).answerInput()
      return try model.checkpoint.checkUnchanged()
    }
    message("measuring …")
    let engine = try EngineBenchmark(
      model: model, draft: draft, repetitions: repetitions,
      isCancelled: { Interruption.isRequested })
    if Interruption.isRequested { throw Interrupted() }
    let report = BenchmarkReport(
      engine: engine, threads: model.team.count, instructionSet: model.instructionSet,
      units: (model.weightUnit, model.copyUnit), speculative: try speculative(described, model))
    try model.checkpoint.checkUnchanged()
    try StandardOutput().write(
      isJSON
        ? report.json.pretty
        : report.text(
          width: Terminal.isTerminal(STDOUT_FILENO) ? Terminal.width(STDOUT_FILENO) : nil))
  }

  /// Plain and speculative decoding of built-in prompts, where there is text and a draft.
  private func speculative(
    _ draft: Draft?, _ model: LanguageModel
  ) throws -> BenchmarkReport.Speculative? {
    guard let draft, case .directory(let path) = subject else { return nil }
    let options = ModelOptions(directory: path, threads: threads)
    let source = PromptSource(path: nil)
    let text = try TextModel(options, opened: model)
    let prompts = try text.encode(try source.read()).evenChoice(of: 8)
    let decoder = DraftDecoder(
      generator: text.generator(for: prompts, maximumTokens: 64), prompts: prompts,
      maximumTokens: 64)
    var evaluations: [Evaluation] = []
    for repetition in 0..<repetitions {
      do throws(EvaluationError) {
        evaluations.append(
          try decoder.evaluate(draft, turn: repetition, until: Interruption.stopSignal))
      } catch {
        throw source.userError(error)
      }
    }
    let speedups = evaluations.compactMap { $0.speedup?.speedup }
    return BenchmarkReport.Speculative(
      speedup: median(speedups), acceptanceRate: evaluations.last?.acceptanceRate ?? 0,
      samples: speedups)
  }
}

extension ValueFormat<ModelConfiguration> {
  static let knownShapeNames =
    ModelConfiguration.knownShapes.map(\.name).joined(separator: ", ")

  /// The name of a known shape, in any case.
  static let knownShape = ValueFormat(
    "one of \(knownShapeNames)", words: ModelConfiguration.knownShapes.map(\.name)
  ) { text in
    ModelConfiguration.knownShapes.first { $0.name == text.lowercased() }?.configuration
  }
}
