import Checkpoints
import DraftEvaluation
import Files
import Inference
import SkipSearch
import Statistics

/// `skip-search evaluate`: acceptance rate and tokens/s of given skip sets.
struct EvaluateCommand: Command {
  static let description = CommandDescription(
    "evaluate", "Measure acceptance rate and tokens/s of a skip set, or of one per line.",
    discussion: """
      Decodes prompts greedily with and without the skip set, in turn, and prints one line of \
      JSON; or replays drafts along the known output, which is far cheaper (--evaluator replay). \
      With --stdin, reads a JSON skip set from each line of standard input and prints a line for \
      each: a result, or {"error": "…"}.
      """,
    options: [
      ModelOptions.model, SkipSetOptions.all, readsInput, prompts, EvaluationOptions.all,
      DraftOptions.all, ModelOptions.threads,
    ],
    examples: [
      CommandExample(
        "Measure the draft of a result on all built-in prompts",
        "skip-search evaluate -m model.gguf --skip-set results/model.json --max-prompts 0"),
      CommandExample(
        "Measure many skip sets, a JSON per line",
        "skip-search evaluate -m model.gguf --stdin --evaluator replay < sets.jsonl"),
    ])

  /// Where the skip sets come from.
  enum Source {
    case file(String)
    case standardInput
  }

  static let readsInput = Option(
    flag: "stdin", "Read one JSON skip set per line from standard input.")
  static let source = Choice<Source>(
    .init(SkipSetOptions.file, Source.file), .init(readsInput, .standardInput))
  static let prompts = Option(
    "prompts", value: "file", .text, otherwise: "built-in", "Prompts to decode, JSONL.")

  let model: ModelOptions
  let source: Source
  let force: Bool
  let prompts: PromptSource
  let evaluation: EvaluationOptions

  init(_ arguments: Arguments) throws(UsageError) {
    model = try ModelOptions(arguments)
    source = try arguments[Self.source]
    force = try arguments[SkipSetOptions.forcing]
    prompts = PromptSource(path: try arguments[Self.prompts])
    evaluation = try EvaluationOptions(arguments)
    try evaluation.draft.check(arguments, hasFile: true)
  }

  func run() throws {
    let text = try TextModel(model)
    let encoded = try text.encode(try prompts.read())
    let chosen = evaluation.maximumPrompts.map(encoded.evenChoice(of:)) ?? encoded
    let session = EvaluationSession(
      evaluation, generator: text.generator(for: chosen, maximumTokens: evaluation.maximumTokens),
      prompts: chosen)
    switch source {
    case .file(let path):
      let file = try SkipSetFile.read(path, for: text.model.checkpoint, force: force)
      let line = try evaluate(file, session)
      try text.model.checkpoint.checkUnchanged()
      try print(line)
    case .standardInput:
      try evaluateLines(session, text.model.checkpoint)
    }
  }

  /// A result or an error for each line of standard input that is not blank.
  private func evaluateLines(_ session: EvaluationSession, _ checkpoint: Checkpoint) throws {
    let layerCount = checkpoint.configuration.layerCount
    var lines = JSONLines()
    var failures = 0
    while true {
      do {
        guard let field = try lines.next() else { break }
        let line = try evaluate(try SkipSetFile(field, layerCount: layerCount), session)
        try checkpoint.checkUnchanged()
        try print(line)
      } catch let error as InputError where error.kind == .unusable {
        failures += 1
        try print(["error": .string(error.description)])
      }
    }
    if failures > 0 {
      throw InputError(
        file: lines.file, "\(failures) of \(lines.count) lines were no skip set for this model")
    }
  }

  private func print(_ json: JSON) throws(InputError) {
    try StandardOutput().write(json.compact + "\n")
  }

  private func evaluate(_ file: SkipSetFile, _ session: EvaluationSession) throws -> JSON {
    do {
      return try session.evaluate(file)
    } catch let error as EvaluationError {
      throw prompts.userError(error)
    }
  }
}
