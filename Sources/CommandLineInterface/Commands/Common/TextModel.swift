import DraftEvaluation
import Files
import Inference
import Tokenizers

/// A model with its tokenizer, as commands that deal with text need it.
struct TextModel {
  let model: LanguageModel
  let tokenizer: Tokenizer

  /// - Parameter opened: the model, where it is open already.
  init(_ options: ModelOptions, opened: LanguageModel? = nil) throws {
    try ModelOptions.check(directory: options.directory)
    // The tokenizer first: it is small, and a directory without one is a common mistake.
    tokenizer = try Tokenizer(path: options.directory)
    model = try opened ?? options.load()
  }

  /// A tokenizer may have more ids than the model has rows; what uses them cannot be read.
  func check(_ prompt: EncodedPrompt, of set: PromptSet) throws(InputError) {
    let vocabulary = model.configuration.vocabularySize
    guard let id = prompt.ids.first(where: { $0 >= vocabulary }) else { return }
    let text = tokenizer.decode([id], skipSpecialTokens: false)
    throw InputError(
      file: set.source, field: prompt.name,
      "the tokenizer's id \(id) (\"\(text)\") is beyond the model's vocab_size of \(vocabulary); "
        + "use the tokenizer that belongs to the model, or leave that token out")
  }

  /// The end of a text, where the model has a row for it.
  private var endOfText: Int? {
    tokenizer.eosID.flatMap { $0 < model.configuration.vocabularySize ? $0 : nil }
  }

  /// The model's tokens in the order of their use, as far as its tokenizer tells.
  var ranking: VocabularyRanking { VocabularyRanking(of: model, endOfText: endOfText) }

  /// The ids of prompts; each leaves room for an answer.
  func encode(_ prompts: PromptSet) throws(InputError) -> [EncodedPrompt] {
    let encoded = try prompts.encoded(
      by: tokenizer,
      contextLength: model.configuration.contextLength)
    for prompt in encoded { try check(prompt, of: prompts) }
    return encoded
  }

  /// A generator with room for the longest prompt and `maximumTokens` more.
  func generator(for prompts: [EncodedPrompt], maximumTokens: Int) -> Generator {
    let longest = prompts.map(\.ids.count).max() ?? 0
    // Drafts beyond the last token may stand in the cache for a moment.
    return Generator(
      model: model, contextLength: min(longest + maximumTokens, Int.max - 128) + 64,
      endOfText: endOfText.map { [$0] } ?? [])
  }
}

extension VocabularyRanking {
  /// The ranking of a model's tokens before it has said anything.
  init(of model: LanguageModel, endOfText: Int? = nil) {
    let configuration = model.configuration
    self.init(
      outputs: [], endOfText: configuration.endOfTextIDs + (endOfText.map { [$0] } ?? []),
      vocabularySize: configuration.vocabularySize)
  }
}
