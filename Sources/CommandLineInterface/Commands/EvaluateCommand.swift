import DraftEvaluation
import Files
import Foundation
import Inference
import SkipSearch

/// `skip-search evaluate`: acceptance rate and tokens/s of given skip sets.
struct EvaluateCommand: Command {
  static let description = CommandDescription(
    "evaluate", "Measure acceptance rate and tokens/s of a skip set, or of one per line.",
    discussion: """
      Decodes prompts greedily with and without the skip set, in turn, and prints one line of JSON; or \
      replays drafts along the known output, which is far cheaper (--evaluator replay). \
      With --stdin, reads a JSON skip set from each line of standard input and prints a line for each: \
      a result, or {"error": "…"}.
      """,
    options: [
      ModelOptions.model, SkipSetOptions.file, SkipSetOptions.forcing,
      Option(flag: "stdin", "Read one JSON skip set per line from standard input."),
      Option("prompts", value: "file", default: "built-in", "Prompts to decode, JSONL."),
      Option("max-tokens", "n", value: "n", default: "64", "The most tokens per prompt."),
      Option(
        "max-prompts", value: "n", default: "12",
        "The most prompts to decode, an even choice of them; 0 for all."),
      Option(
        "evaluator", value: "kind", default: "decode",
        "decode; replay, with modelled times; or auto: decode, with replay's figures beside it."),
      Option(
        "starts", value: "n", default: "all",
        "With replay, about how many places to replay. With all, counts are exactly decoding's."),
      Option("seed", value: "n", default: "0", "Decides, with the set, which places those are."),
      DraftOptions.maximum, DraftOptions.stop, ModelOptions.threads,
    ])

  let model: ModelOptions
  let skipSet: SkipSetOptions
  let readsInput: Bool
  let prompts: String?
  let maximumTokens: Int
  let maximumPrompts: Int
  let draft: DraftOptions
  let kind: EvaluatorKind
  let starts: Int?
  let seed: UInt64

  init(_ arguments: Arguments) throws(UsageError) {
    model = try ModelOptions(arguments)
    skipSet = SkipSetOptions(arguments)
    readsInput = try arguments.exactlyOne(of: ["skip-set", "stdin"]) == "stdin"
    prompts = arguments.string("prompts")
    maximumTokens = try arguments.integer("max-tokens", in: 2...(1 << 20)) ?? 64
    maximumPrompts = try arguments.integer("max-prompts", in: 0...1_000_000) ?? 12
    draft = try DraftOptions(arguments)
    kind = try arguments.evaluator() ?? .decode
    starts = try arguments.integer("starts", in: 1...100_000_000)
    seed = try arguments.seed()
  }

  func run() throws {
    let text = try TextModel(model)
    let set =
      try prompts.map { path throws(InputError) in
        try PromptSet(file: path)
      } ?? BuiltInPrompts.set
    let all = try text.encode(set)
    let count = maximumPrompts == 0 ? all.count : min(maximumPrompts, all.count)
    let chosen = (0..<count).map { all[$0 * all.count / count] }
    let session = EvaluationSession(
      command: self, generator: text.generator(for: chosen, maximumTokens: maximumTokens),
      prompts: chosen)
    guard readsInput else {
      if let file = try skipSet.read(for: text.model.checkpoint) {
        try print(try evaluate(file, session))
      }
      return
    }
    var number = 0
    var failures = 0
    while let line = readLine() {
      number += 1
      if line.allSatisfy(\.isWhitespace) { continue }
      do {
        let field = JSONField(
          try JSON(parsing: line.utf8, file: "standard input", firstLine: number),
          file: "standard input", path: "line \(number)")
        let layers = text.model.configuration.layerCount
        try print(try evaluate(try SkipSetFile(field, layerCount: layers), session))
      } catch let error as InputError where error.kind == .unusable {
        failures += 1
        try print(["error": .string(error.description)])
      }
    }
    if failures > 0 {
      throw InputError(
        file: "standard input", "\(failures) of \(number) lines were no skip set for this model")
    }
  }

  private func print(_ json: JSON) throws(InputError) {
    try StandardOutput().write(json.compact + "\n")
  }

  private func evaluate(_ file: SkipSetFile, _ session: EvaluationSession) throws -> JSON {
    do throws(EvaluationError) {
      return try session.evaluate(file)
    } catch {
      switch error {
      case .interrupted: throw Interrupted()
      case .generation(let prompt, let error):
        throw InputError(file: prompts ?? "built-in prompts", field: prompt, error.description)
      default: throw error
      }
    }
  }
}
