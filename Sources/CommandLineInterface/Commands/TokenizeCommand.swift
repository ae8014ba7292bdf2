import Checkpoints
import DraftEvaluation
import Files
import GGUF
import Tokenizers

/// `skip-search tokenize`: ids of a text, text of ids, or a rendered conversation.
struct TokenizeCommand: Command {
  static let description = CommandDescription(
    "tokenize",
    "Print the token ids of a text, the text of ids, or a rendered conversation, as JSON.",
    discussion: """
      Prints {"ids": […], "text": "…"}. Of a model directory it needs only the tokenizer's files.
      """,
    options: [
      directory, input, addsGenerationPrompt, noSpecialTokens,
    ],
    examples: [
      CommandExample(
        "Ids of a text",
        "skip-search tokenize -m model.gguf --text \"How are you?\""),
      CommandExample(
        "Text of ids",
        "skip-search tokenize -m model.gguf --ids 1,2,3"),
      CommandExample(
        "A conversation as the model sees it",
        "skip-search tokenize -m model.gguf --chat messages.json --add-generation-prompt"),
    ])

  /// Where the text or the ids come from.
  enum Input {
    case text(String)
    case file(String)
    case ids([Int])
    case chat(String)
  }

  static let directory = Option(
    required: "model", "m", value: "path", .text,
    "A GGUF file, or a directory with tokenizer.json and, for conversations, "
      + "tokenizer_config.json.")
  static let input = Choice<Input>(
    .init(Option("text", value: "text", .text, "The text to encode."), Input.text),
    .init(Option("file", value: "file", .text, "A file to encode, byte for byte."), Input.file),
    .init(
      Option(
        "ids", value: "ids", .integers,
        "Ids to decode, separated by commas; special tokens are shown."),
      Input.ids),
    .init(
      Option(
        "chat", value: "file", .text,
        "A JSON array of messages to render and encode, or an object with messages and tools."),
      Input.chat))
  static let addsGenerationPrompt = Option(
    flag: "add-generation-prompt", "End the conversation where the answer begins.")
  static let noSpecialTokens = Option(
    flag: "no-special", "Do not add special tokens around a text.")

  let directory: String
  let input: Input
  let addsGenerationPrompt: Bool
  let addsSpecialTokens: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    directory = try arguments[Self.directory]
    input = try arguments[Self.input]
    addsGenerationPrompt = try arguments[Self.addsGenerationPrompt]
    addsSpecialTokens = try !arguments[Self.noSpecialTokens]
  }

  func run() throws {
    try ModelOptions.check(directory: directory, needsModel: false)
    if case .directory(let place) = try ModelLocation(directory) {
      for warning in try ModelDirectory(place).brokenLinks { message("Warning: \(warning)") }
    }
    let tokenizer = try Tokenizer(path: directory)
    let ids: [Int]
    let text: String
    switch input {
    case .text(let given):
      (ids, text) = (tokenizer.encode(given, addSpecialTokens: addsSpecialTokens), given)
    case .file(let path):
      text = try readText(path)
      ids = tokenizer.encode(text, addSpecialTokens: addsSpecialTokens)
    case .ids(let given):
      ids = given
      if let unknown = ids.first(where: { $0 >= tokenizer.vocabularySize }) {
        throw InputError(
          file: "\(directory)/tokenizer.json", field: "--ids",
          "token \(unknown) is not in the vocabulary of \(tokenizer.vocabularySize)")
      }
      text = tokenizer.decode(ids, skipSpecialTokens: false)
    case .chat(let path):
      text = try tokenizer.renderChat(
        try Conversation(try JSONField.read(path)),
        addGenerationPrompt: addsGenerationPrompt)
      // The template has written the special tokens already.
      ids = tokenizer.encode(text, addSpecialTokens: false)
    }
    let result: JSON = ["ids": JSON(ids), "text": .string(text)]
    try StandardOutput().write(result.compact + "\n")
  }
}
