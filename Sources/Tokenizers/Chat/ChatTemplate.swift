import Files
import Jinja

/// A model's chat template, parsed once.
struct ChatTemplate: Sendable {
  private let template: Template
  private let file: String
  private let specialTokens: [String: String]

  /// Reads `chat_template.jinja`, or `chat_template` in tokenizer_config.json (a text, or a list of
  /// named ones, of which `default` is taken).
  ///
  /// - Returns: nil where there is none.
  static func read(
    directory: String, special: SpecialTokens
  ) throws(InputError) -> ChatTemplate? {
    let path = "\(directory)/chat_template.jinja"
    if fileExists(path) {
      return try ChatTemplate(try readText(path), file: path, special: special)
    }
    guard let field = try special.configuration?.optional("chat_template") else { return nil }
    guard case .array = field.value else {
      return try ChatTemplate(try field.string(), file: field.file, special: special)
    }
    for element in try field.elements() where try element.required("name").string() == "default" {
      return try ChatTemplate(
        try element.required("template").string(), file: field.file, special: special)
    }
    throw field.error("none of the templates is called \"default\"")
  }

  init(_ source: String, file: String, special: SpecialTokens) throws(InputError) {
    self.file = file
    specialTokens = special.texts
    do throws(TemplateError) {
      template = try Template(source)
    } catch {
      throw InputError(file: file, field: "chat_template", error.description)
    }
  }

  /// Renders a conversation as transformers' `apply_chat_template` does.
  func render(
    _ messages: [ChatMessage], addGenerationPrompt: Bool
  ) throws(InputError) -> String {
    var globals: [(String, Value)] = [
      (
        "messages",
        .list(
          messages.map {
            .dictionary([("role", .string($0.role)), ("content", .string($0.content))])
          })
      ),
      ("add_generation_prompt", .bool(addGenerationPrompt)), ("tools", .none), ("documents", .none),
    ]
    for (name, text) in specialTokens { globals.append((name, .string(text))) }
    do throws(TemplateError) {
      return try template.render(globals)
    } catch {
      throw InputError(file: file, field: "chat_template", error.description)
    }
  }
}
