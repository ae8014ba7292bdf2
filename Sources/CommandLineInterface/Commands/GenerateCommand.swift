import DraftEvaluation
import Files
import Foundation
import Inference
import SkipSearch
import Tokenizers

/// `skip-search generate`: text, with or without a skip set.
struct GenerateCommand: Command {
  static let description = CommandDescription(
    "generate", "Generate text; with a skip set, faster and identical.",
    discussion: """
      Text is streamed to standard output, figures go to standard error. Greedy unless --temperature \
      is above 0. With --compare the same is decoded plainly too, in turn.
      """,
    options: [
      ModelOptions.model,
      SkipSetOptions.file, SkipSetOptions.forcing,
      Option("prompt", "p", value: "text", "Text to continue, as it stands."),
      Option("user", "u", value: "text", "A user's message, through the model's chat template."),
      Option(
        "prompt-file", "f", value: "file",
        "A text to continue, or with the ending .jsonl a prompts file: all its prompts in turn."),
      Option(
        "chat", value: "file", "A JSON array of messages, through the model's chat template."),
      Option("max-tokens", "n", value: "n", default: "256", "The most tokens to generate."),
      Option("temperature", value: "t", default: "0", "Sample at this temperature; 0 is greedy."),
      Option("top-k", value: "k", "Sample from the k most probable tokens only."),
      Option(
        "top-p", value: "p", default: "1", "Sample from the most probable tokens that sum to p."),
      Option("seed", value: "n", default: "0", "Seed of sampling."),
      DraftOptions.maximum, DraftOptions.stop,
      Option(flag: "no-draft", "Decode plainly."),
      Option(flag: "compare", "Decode plainly too; check identity and print the speedup."),
      Option(flag: "ignore-eos", "Go on after end-of-text tokens."),
      ModelOptions.threads,
      Option(flag: "json", "Print JSON instead of text, a line per prompt."),
      Option(flag: "quiet", short: "q", "Print no figures."),
    ])

  /// Where the prompts come from.
  enum Source {
    case text(String)
    case user(String)
    case file(String)
    case chat(String)
  }

  let model: ModelOptions
  let skipSet: SkipSetOptions
  let source: Source
  let maximumTokens: Int
  let sampling: Sampling
  let draft: DraftOptions
  let isPlain: Bool
  let compares: Bool
  let ignoresEndOfText: Bool
  let isJSON: Bool
  let isQuiet: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    model = try ModelOptions(arguments)
    skipSet = SkipSetOptions(arguments)
    let given = try arguments.exactlyOne(of: ["prompt", "user", "prompt-file", "chat"])
    let value = arguments.string(given) ?? ""
    switch given {
    case "prompt": source = .text(value)
    case "user": source = .user(value)
    case "prompt-file": source = .file(value)
    default: source = .chat(value)
    }
    maximumTokens = try arguments.integer("max-tokens", in: 0...(1 << 30)) ?? 256
    sampling = Sampling(
      temperature: try arguments.number("temperature", "a number of at least 0") {
        $0 >= 0 && $0 <= 1000
      } ?? 0,
      topK: try arguments.integer("top-k", in: 1...(1 << 30)),
      topP: try arguments.number("top-p", "a number above 0 and at most 1") {
        $0 > 0 && $0 <= 1
      } ?? 1,
      seed: try arguments.seed())
    draft = try DraftOptions(arguments)
    try arguments.atMostOne(of: ["no-draft", "compare"])
    isPlain = arguments.has("no-draft")
    compares = arguments.has("compare")
    ignoresEndOfText = arguments.has("ignore-eos")
    isJSON = arguments.has("json")
    isQuiet = arguments.has("quiet")
    if compares, skipSet.path == nil {
      throw UsageError("--compare needs a --skip-set to compare with", command: "generate")
    }
  }

  func run() throws {
    let prompts = try readPrompts()
    let text = try TextModel(model)
    let file = try skipSet.read(for: text.model.checkpoint)
    let draft: Draft? =
      isPlain ? nil : file.map { Draft(skip: $0.skip, stop: self.draft.settings(over: $0.draft)) }
    let encoded = try encode(prompts.set, text)
    let session = GenerationSession(
      command: self, text: text,
      generator: text.generator(for: encoded, maximumTokens: maximumTokens), draft: draft)
    for (index, prompt) in encoded.enumerated() {
      try session.run(prompt, number: index, of: encoded.count)
      if Interruption.isRequested { break }
    }
    if prompts.isMany { try session.finish() }
    if Interruption.isRequested { throw Interrupted() }
  }

  private func readPrompts() throws(InputError) -> (set: PromptSet, isMany: Bool) {
    switch source {
    case .text(let text): return (PromptSet(source: "--prompt", prompts: [.text(text)]), false)
    case .user(let text):
      return (PromptSet(source: "--user", prompts: [.question(text)]), false)
    case .file(let path) where path.hasSuffix(".jsonl"):
      return (try PromptSet(file: path), true)
    case .file(let path):
      return (PromptSet(source: path, prompts: [.text(try readText(path))]), false)
    case .chat(let path):
      let messages = try Prompt.messages(try JSONField.read(path))
      return (PromptSet(source: path, prompts: [.messages(messages)]), false)
    }
  }

  /// An empty text is fine here: the model then begins by itself.
  private func encode(_ prompts: PromptSet, _ text: TextModel) throws -> [EncodedPrompt] {
    if prompts.prompts == [.text("")] {
      let ids = text.tokenizer.encode("")
      return [EncodedPrompt(ids: ids, name: prompts.names[0])]
    }
    return try text.encode(prompts)
  }
}

extension Arguments {
  /// `--seed`: any 64-bit number.
  func seed() throws(UsageError) -> UInt64 {
    guard let text = string("seed") else { return 0 }
    guard let seed = UInt64(text) else {
      throw invalid("seed", text, "an integer of at least 0")
    }
    return seed
  }
}
