import Files
import Inference
import SkipSearch

/// `skip-search logits`: what the model computes, for comparing with other implementations.
struct LogitsCommand: Command {
  static let description = CommandDescription(
    "logits", "Print the logits of every position of a text, as JSON.",
    discussion: """
      Prints {"tokens", "logits": [[…]]}, a row per position from 0. With a skip set all \
      positions run without those sub-layers. With --draft-from K the first K tokens go through \
      the full model, and rows are for positions K… drafted one by one on its cache.
      """,
    options: [
      ModelOptions.model, tokens, SkipSetOptions.all, draftFrom, output, ModelOptions.threads,
    ],
    examples: [
      CommandExample(
        "Logits of three tokens",
        "skip-search logits -m model.gguf --tokens 1,2,3"),
      CommandExample(
        "The same from a draft that begins at the second",
        "skip-search logits -m model.gguf --tokens 1,2,3 --skip-set results/model.json --draft-from 1"
      ),
    ])

  static let tokens = Option(
    required: "tokens", value: "ids", .integers, "Token ids separated by commas.")
  static let draftFrom = Option(
    "draft-from", value: "k", .integer(in: 0...Int.max),
    "Draft from position k on, on the full model's cache.")
  static let output = Option(
    "output", "o", value: "file", .text, "Write there instead of to standard output.")

  let model: ModelOptions
  let tokens: [Int]
  let skipSet: SkipSetOptions
  let draftFrom: Int?
  let output: String?

  init(_ arguments: Arguments) throws(UsageError) {
    model = try ModelOptions(arguments)
    tokens = try arguments[Self.tokens]
    skipSet = try SkipSetOptions(arguments)
    draftFrom = try arguments[Self.draftFrom, .integer(in: 0...tokens.count)]
    output = try arguments[Self.output]
  }

  func run() throws {
    let model = try model.load()
    let draft = try skipSet.read(for: model.checkpoint)?.model ?? .full
    let vocabulary = model.configuration.vocabularySize
    if let unknown = tokens.first(where: { $0 >= vocabulary }) {
      throw GenerationError.tokenOutOfVocabulary(token: unknown, vocabularySize: vocabulary)
    }
    let generator = Generator(model: model, contextLength: max(1, tokens.count))
    // First without printing: what cannot be computed to the end leaves no half of a JSON behind.
    // (All rows in memory would be gigabytes; writing digits takes longer than computing them.)
    try generator.logits(of: tokens, through: draft, draftingFrom: draftFrom) { _, _ in }
    try model.checkpoint.checkUnchanged()
    let output = try output.map { path throws(InputError) in
      try AppendingFile(creating: path)
    }
    // Row by row: the logits of a long text with a large vocabulary are gigabytes of digits.
    let sink = OutputSink { text throws(InputError) in
      if let output { try output.append(text) } else { try StandardOutput().write(text) }
    }
    sink.write("{\"tokens\": \(JSON(tokens).compact), \"logits\": [")
    var isFirst = true
    try generator.logits(of: tokens, through: draft, draftingFrom: draftFrom) { _, logits in
      sink.write((isFirst ? "" : ", ") + JSON(logits).compact)
      isFirst = false
    }
    sink.write("]}\n")
    if let error = sink.error { throw error }
    try model.checkpoint.checkUnchanged()
  }
}
