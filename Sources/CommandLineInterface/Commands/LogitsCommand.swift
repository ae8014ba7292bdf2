import DraftEvaluation
import Files
import Inference
import SkipSearch

/// `skip-search logits`: what the model computes, for comparing with other implementations.
struct LogitsCommand: Command {
  static let description = CommandDescription(
    "logits", "Print the logits of every position of a text, as JSON.",
    discussion: """
      Prints {"tokens", "logits": [[…]]}, a row per position from 0. With a skip set all positions \
      run without those sub-layers. With --draft-from K the first K tokens go through the full model, \
      and rows are for positions K… drafted one by one on its cache.
      """,
    options: [
      ModelOptions.model,
      Option("tokens", value: "ids", required: true, "Token ids separated by commas."),
      SkipSetOptions.file, SkipSetOptions.forcing,
      Option("draft-from", value: "k", "Draft from position k on, on the full model's cache."),
      Option("output", "o", value: "file", "Write there instead of to standard output."),
      ModelOptions.threads,
    ])

  let model: ModelOptions
  let tokens: [Int]
  let skipSet: SkipSetOptions
  let draftFrom: Int?
  let output: String?

  init(_ arguments: Arguments) throws(UsageError) {
    model = try ModelOptions(arguments)
    _ = try arguments.required("tokens")
    tokens = try arguments.integers("tokens") ?? []
    skipSet = SkipSetOptions(arguments)
    draftFrom = try arguments.integer("draft-from", in: 0...tokens.count)
    output = arguments.string("output")
  }

  func run() throws {
    let model = try model.load()
    let skip = try skipSet.read(for: model.checkpoint)?.skip ?? .none
    let vocabulary = model.configuration.vocabularySize
    if let unknown = tokens.first(where: { $0 >= vocabulary }) {
      throw GenerationError.tokenOutOfVocabulary(token: unknown, vocabularySize: vocabulary)
    }
    let output = try output.map { path throws(InputError) in
      try AppendingFile(creating: path)
    }
    // Row by row: the logits of a long text with a large vocabulary are gigabytes of digits.
    let lines = LineSink { text throws(InputError) in
      if let output { try output.append(text) } else { try StandardOutput().write(text) }
    }
    lines.write("{\"tokens\": \(JSON(tokens).compact), \"logits\": [")
    var isFirst = true
    try Generator(model: model, contextLength: max(1, tokens.count)).logits(
      of: tokens, through: DraftModel(skip: skip), draftingFrom: draftFrom
    ) { _, logits in
      lines.write((isFirst ? "" : ", ") + JSON(logits).compact)
      isFirst = false
    }
    lines.write("]}\n")
    if let error = lines.error { throw error }
  }
}

/// Writes pieces until one fails; the callbacks of inference cannot throw.
final class LineSink {
  private let body: (String) throws(InputError) -> Void
  private(set) var error: InputError?

  init(_ body: @escaping (String) throws(InputError) -> Void) { self.body = body }

  func write(_ text: String) {
    guard error == nil else { return }
    do throws(InputError) { try body(text) } catch { self.error = error }
  }
}
