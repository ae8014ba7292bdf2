import Checkpoints
import DraftEvaluation
import Files
import Inference
import SkipSearch
import Statistics

/// `skip-search bench`: what this machine does with this model.
struct BenchCommand: Command {
  private static let shapes = ModelConfiguration.knownShapes
  private static let shapeNames = shapes.map(\.name).joined(separator: ", ")

  static let description = CommandDescription(
    "bench", "Measure read bandwidth, decoding, verification, draft steps and prefill.",
    discussion: """
      Everything is measured in turn, repetition by repetition; medians and ranges are printed. With a \
      skip set, plain and speculative decoding of built-in prompts are compared too. With --stdin, each \
      line of standard input asks for one figure (decode, draft, verify ROWS, prefill or read, then how \
      many passes) and is answered by a line of JSON, so that two engines can be measured in turn.
      """,
    options: [
      Option(
        "model", "m", value: "dir", "A Hugging Face model directory; this or --random-model."),
      Option(
        "random-model", value: "shape",
        "Random BF16 weights of a known shape, in memory: \(shapeNames)."),
      SkipSetOptions.file, SkipSetOptions.forcing,
      Option("repetitions", "r", value: "n", default: "5", "How often everything is measured."),
      DraftOptions.maximum, DraftOptions.stop, ModelOptions.threads,
      Option(flag: "stdin", "Time the passes that the lines of standard input name."),
      Option(flag: "json", "Print JSON, raw samples included."),
    ])

  /// What to run.
  enum Subject {
    case directory(ModelOptions)
    case shape(ModelConfiguration)
  }

  let subject: Subject
  let skipSet: SkipSetOptions
  let repetitions: Int
  let draft: DraftOptions
  let threads: Int
  let readsInput: Bool
  let isJSON: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    if try arguments.exactlyOne(of: ["model", "random-model"]) == "model" {
      subject = .directory(try ModelOptions(arguments))
    } else {
      let name = arguments.string("random-model") ?? ""
      guard let shape = Self.shapes.first(where: { $0.name == name.lowercased() }) else {
        throw arguments.invalid("random-model", name, "one of \(Self.shapeNames)")
      }
      subject = .shape(shape.configuration)
    }
    skipSet = SkipSetOptions(arguments)
    repetitions = try arguments.integer("repetitions", in: 1...1000) ?? 5
    draft = try DraftOptions(arguments)
    threads = try ModelOptions.threads(arguments)
    readsInput = arguments.has("stdin")
    isJSON = arguments.has("json")
  }

  func run() throws {
    let model: LanguageModel
    switch subject {
    case .directory(let options): model = try options.load()
    case .shape(let shape):
      message("making random weights …")
      model = ModelOptions.model(
        Checkpoint(random: shape, type: .bf16, seed: 1), threads: threads)
    }
    let file = try skipSet.read(for: model.checkpoint)
    let skip = file?.skip ?? KnownSkipSets.uniform(layerCount: model.configuration.layerCount)
    if readsInput { return try answer(EngineTimer(model: model, skip: skip)) }
    message("measuring …")
    let engine = EngineBenchmark(
      model: model, skip: skip, repetitions: repetitions,
      isCancelled: { Interruption.isRequested })
    if Interruption.isRequested { throw Interrupted() }
    let report = BenchmarkReport(engine, model: model, speculative: try speculative(file, model))
    try StandardOutput().write(isJSON ? report.json.pretty : report.text)
  }

  /// Answers each line of standard input with a line of JSON: `decode 5` with the seconds of five
  /// passes.
  private func answer(_ timer: EngineTimer) throws(InputError) {
    while let line = readLine() {
      let words = line.split(separator: " ")
      let forms = "decode N, draft N, verify ROWS N, prefill N, read N"
      var answer: JSON = ["error": .string("\"\(line)\" is none of: \(forms)")]
      if let count = words.last.flatMap({ Int($0) }), (1...100_000).contains(count),
        let pass = EnginePass(words.dropLast())
      {
        answer =
          timer.canRun(pass)
          ? ["seconds": JSON(timer.seconds(pass, passes: count))]
          : ["error": "so many rows do not fit this model's context or one pass"]
      }
      try StandardOutput().write(answer.compact + "\n")
    }
  }

  /// Plain and speculative decoding of built-in prompts, where there is text and a skip set.
  private func speculative(
    _ file: SkipSetFile?, _ model: LanguageModel
  ) throws -> BenchmarkReport.Speculative? {
    guard let file, case .directory(let options) = subject else { return nil }
    let text = try TextModel(options, opened: model)
    let all = try text.encode(BuiltInPrompts.set)
    let prompts = (0..<min(8, all.count)).map { all[$0 * all.count / 8] }
    let decoder = DraftDecoder(
      generator: text.generator(for: prompts, maximumTokens: 64), prompts: prompts,
      maximumTokens: 64)
    let candidate = Draft(skip: file.skip, stop: draft.settings(over: file.draft))
    var speedups: [Double] = []
    var acceptanceRate = 0.0
    for repetition in 0..<repetitions {
      do throws(EvaluationError) {
        let result = try decoder.evaluate(
          candidate, turn: repetition, until: Interruption.stopSignal)
        acceptanceRate = result.acceptanceRate ?? 0
        if let speedup = result.speedup?.speedup { speedups.append(speedup) }
      } catch {
        if error == .interrupted { throw Interrupted() }
        throw error
      }
    }
    // The evaluator compares every output with plain decoding's and fails where they differ.
    return BenchmarkReport.Speculative(
      speedup: median(speedups), acceptanceRate: acceptanceRate, identical: true,
      samples: speedups)
  }
}
