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
    // The tokenizer first: it is small, and a directory without one is a common mistake.
    tokenizer = try Tokenizer(path: options.directory)
    model = try opened ?? options.load()
    let vocabulary = model.configuration.vocabularySize
    guard tokenizer.vocabularySize <= vocabulary else {
      throw InputError(
        file: "\(options.directory)/tokenizer.json", field: "vocab",
        "has ids up to \(tokenizer.vocabularySize - 1), but the model's vocab_size is "
          + "\(vocabulary); use the tokenizer that belongs to the model")
    }
  }

  /// The model's tokens in the order of their use, as far as its tokenizer tells.
  var ranking: VocabularyRanking { VocabularyRanking(of: model, endOfText: tokenizer.eosID) }

  /// The ids of prompts; each leaves room for an answer.
  func encode(_ prompts: PromptSet) throws(InputError) -> [EncodedPrompt] {
    try prompts.encoded(
      by: tokenizer,
      contextLength: model.configuration.contextLength)
  }

  /// A generator with room for the longest prompt and `maximumTokens` more.
  func generator(for prompts: [EncodedPrompt], maximumTokens: Int) -> Generator {
    let longest = prompts.map(\.ids.count).max() ?? 0
    // Drafts beyond the last token may stand in the cache for a moment.
    return Generator(
      model: model, contextLength: min(longest + maximumTokens, Int.max - 128) + 64,
      endOfText: tokenizer.eosID.map { [$0] } ?? [])
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
