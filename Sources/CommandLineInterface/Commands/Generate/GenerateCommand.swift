import DraftEvaluation
import Files
import Inference
import Report
import Tokenizers

/// `skip-search generate`: text, with or without a skip set.
struct GenerateCommand: Command {
  static let description = CommandDescription(
    "generate", "Generate text; with a draft, faster and identical.",
    discussion: """
      What drafts is what a skip-set file says, and what --draft-weights, --draft-vocabulary and \
      --lookup say. Text is streamed to standard output, figures go to standard error. Greedy unless \
      sampling is asked for: by --sample, a --temperature above 0, or --top-k, --top-p or --min-p \
      without one. With --compare the same is decoded plainly too, in turn. Without any prompt, on a \
      terminal, it is a conversation through the model's chat template; /help there says more.
      """,
    options: [
      ModelOptions.model, SkipSetOptions.all, source, GenerationOptions.maximumTokens,
      SamplingOptions.all,
      DraftOptions.all, GenerationOptions.mode, GenerationOptions.ignoresEndOfText,
      ModelOptions.threads, GenerationOptions.isJSON, GenerationOptions.isQuiet,
      GenerationOptions.isVerbose,
    ],
    examples: [
      CommandExample(
        "Talk with a model",
        "skip-search generate -m models/SmolLM2-135M-Instruct"),
      CommandExample(
        "Ask once, with the draft that a search found, and compare with plain decoding",
        "skip-search generate -m models/SmolLM2-135M-Instruct --skip-set results/SmolLM2.json --user \"How many legs have three cats?\" --compare"
      ),
      CommandExample(
        "Draft without a search, with a 4-bit copy of the model and lookups",
        "skip-search generate -m model.gguf --draft-weights 4 --lookup auto -p \"Once upon a time\" -n 100"
      ),
      CommandExample(
        "Continue a file, sampling",
        "skip-search generate -m model.gguf -f story.txt --temperature 0.8 --top-p 0.95"),
    ])

  /// Where the prompts come from.
  enum Source {
    case text(String)
    case user(String)
    case file(String)
    case chat(String)
    /// Whoever sits at the terminal.
    case conversation
  }

  static let source = Choice<Source>(
    .init(
      Option("prompt", "p", value: "text", .text, "Text to continue, as it stands."), Source.text),
    .init(
      Option(
        "user", "u", value: "text", .text,
        "A user's message, through the model's chat template."),
      Source.user),
    .init(
      Option(
        "prompt-file", "f", value: "file", .text,
        "A text to continue, - for standard input, or with the ending .jsonl, .ndjson or .json a "
          + "prompts file: all its prompts in turn."),
      Source.file),
    .init(
      Option(
        "chat", value: "file", .text,
        "A JSON array of messages, or an object with messages and tools, through the model's chat "
          + "template."),
      Source.chat),
    otherwise: .conversation)

  let model: ModelOptions
  let skipSet: SkipSetOptions
  let source: Source
  let generation: GenerationOptions
  /// The options with other texts for some of them, by their names.
  let setting: @Sendable ([String: String]) throws(UsageError) -> GenerationOptions

  init(_ arguments: Arguments) throws(UsageError) {
    model = try ModelOptions(arguments)
    skipSet = try SkipSetOptions(arguments)
    source = try arguments[Self.source]
    let isConversation = if case .conversation = source { true } else { false }
    setting = { others throws(UsageError) in
      let arguments = arguments.setting(others)
      var options = try GenerationOptions(arguments)
      if isConversation, arguments.text(of: GenerationOptions.maximumTokens.description) == nil {
        options.maximumTokens = ChatSession.usualMaximumTokens
      }
      return options
    }
    generation = try setting([:])
    if isConversation, generation.isJSON || generation.mode == .compared {
      throw arguments.error(
        "A conversation has neither --json nor --compare; give a prompt, such as --user \"…\"")
    }
    let hasFile = skipSet.path != nil
    if generation.mode == .compared, !hasFile, !generation.draft.policy.describesDraft {
      throw arguments.error(
        "--compare needs a draft to compare with: --skip-set, --draft-weights, "
          + "--draft-vocabulary or --lookup")
    }
    try generation.draft.check(arguments, hasFile: hasFile)
  }

  func run() throws {
    if case .conversation = source { return try converse() }
    let prompts = try readPrompts()
    let text = try TextModel(model)
    let file = try skipSet.read(for: text.model.checkpoint)
    let encoded = try encode(prompts.set, text)
    let draft =
      generation.mode == .plain ? nil : try generation.draft.draft(from: file, text.ranking)
    if let draft { try prepare(draft, text.model) }
    let defaults = text.model.configuration.generation
    let sampling = generation.sampling.sampling(defaults)
    if let warning = generation.sampling.warning(defaults) { message("Warning: \(warning)") }
    if !sampling.isGreedy, !generation.isQuiet, !generation.isJSON {
      message("sampling:         \(sampling.summary)")
    }
    let session = GenerationSession(
      options: generation, sampling: sampling, tokenizer: text.tokenizer,
      generator: text.generator(for: encoded, maximumTokens: generation.maximumTokens),
      draft: draft)
    for (index, prompt) in encoded.enumerated() {
      try session.run(prompt, number: index, of: encoded.count)
      if Interruption.isRequested { break }
    }
    try text.model.checkpoint.checkUnchanged()
    if prompts.isMany { try session.finish() }
    if Interruption.isRequested { throw Interrupted() }
  }

  /// Makes the copies of weights that the draft reads, and says what they took.
  func prepare(_ draft: Draft, _ model: LanguageModel) throws(GenerationError) {
    guard draft.stop.maximum > 0 else { return }
    try model.prepare(draft.model)
    let (bytes, seconds) = model.draftCopies
    guard bytes > 0, !generation.isQuiet, !generation.isJSON else { return }
    let share = 100 * Double(bytes) / Double(model.weightBytes())
    message(
      "draft weights:    \(fixed(Double(bytes) / 1e6, 1)) MB (\(fixed(share, 0))% of the "
        + "model's), made in \(fixed(seconds, 2)) s")
  }

  private func readPrompts() throws(InputError) -> (set: PromptSet, isMany: Bool) {
    switch source {
    case .text(let text): return (PromptSet(source: "--prompt", prompts: [.text(text)]), false)
    case .user(let text):
      return (PromptSet(source: "--user", prompts: [.question(text)]), false)
    case .conversation: preconditionFailure("a conversation has no prompts to read")
    case .file("-"):
      let text = try readText("/dev/stdin")
      return (PromptSet(source: "standard input", prompts: [.text(text)]), false)
    case .file(let path) where PromptSet.isPromptsFile(path):
      return (try PromptSet(file: path), true)
    case .file(let path):
      return (PromptSet(source: path, prompts: [.text(try readText(path))]), false)
    case .chat(let path):
      let conversation = try Conversation(try JSONField.read(path))
      return (PromptSet(source: path, prompts: [Prompt(.conversation(conversation))]), false)
    }
  }

  /// An empty text is fine here: the model then begins by itself.
  private func encode(_ prompts: PromptSet, _ text: TextModel) throws -> [EncodedPrompt] {
    if prompts.prompts == [.text("")] {
      let prompt = EncodedPrompt(ids: text.tokenizer.encode(""), name: prompts.names[0])
      try text.check(prompt, of: prompts)
      return [prompt]
    }
    let hasConversation = prompts.prompts.contains {
      if case .conversation = $0.content { true } else { false }
    }
    if hasConversation, !text.tokenizer.hasChatTemplate, !generation.isQuiet, !generation.isJSON {
      message("The model has no chat template: it is asked \"Question: …\\nAnswer:\".")
    }
    return try text.encode(prompts)
  }
}
