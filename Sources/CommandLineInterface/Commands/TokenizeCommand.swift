import DraftEvaluation
import Files
import Foundation
import SkipSearch
import Tokenizers

/// `skip-search tokenize`: ids of a text, text of ids, or a rendered conversation.
struct TokenizeCommand: Command {
  static let description = CommandDescription(
    "tokenize",
    "Print the token ids of a text, the text of ids, or a rendered conversation, as JSON.",
    discussion: """
      Prints {"ids": […], "text": "…"}. Needs only the tokenizer's files in the model directory.
      """,
    options: [
      Option(
        "model", "m", value: "dir", required: true,
        "A directory with tokenizer.json and, for conversations, tokenizer_config.json."),
      Option("text", value: "text", "The text to encode."),
      Option("file", value: "file", "A file to encode, byte for byte."),
      Option("ids", value: "ids", "Ids to decode, separated by commas; special tokens are shown."),
      Option("chat", value: "file", "A JSON array of messages to render and encode."),
      Option(flag: "add-generation-prompt", "End the conversation where the answer begins."),
      Option(flag: "no-special", "Do not add special tokens around a text."),
    ])

  /// Where the text or the ids come from.
  enum Input {
    case text(String)
    case file(String)
    case ids([Int])
    case chat(String, addGenerationPrompt: Bool)
  }

  let directory: String
  let input: Input
  let addsSpecialTokens: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    directory = try arguments.required("model")
    switch try arguments.exactlyOne(of: ["text", "file", "ids", "chat"]) {
    case "text": input = .text(arguments.string("text") ?? "")
    case "file": input = .file(arguments.string("file") ?? "")
    case "ids": input = .ids(try arguments.integers("ids") ?? [])
    default:
      input = .chat(
        arguments.string("chat") ?? "",
        addGenerationPrompt: arguments.has("add-generation-prompt"))
    }
    addsSpecialTokens = !arguments.has("no-special")
  }

  func run() throws {
    let tokenizer = try Tokenizer(directory: directory)
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
    case .chat(let path, let addGenerationPrompt):
      text = try tokenizer.renderChat(
        try Prompt.messages(try JSONField.read(path)),
        addGenerationPrompt: addGenerationPrompt)
      // The template has written the special tokens already.
      ids = tokenizer.encode(text, addSpecialTokens: false)
    }
    let result: JSON = ["ids": JSON(ids), "text": .string(text)]
    try StandardOutput().write(result.compact + "\n")
  }
}
