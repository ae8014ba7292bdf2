import Files
import Jinja

/// A model's chat template, parsed once.
struct ChatTemplate: Sendable {
  /// What is understood of it; the error of one that is not, for whoever wants to render.
  private let template: Result<Template, InputError>
  private let file: String
  private let field: String
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
      return ChatTemplate(file: path, special) { () throws(InputError) in
        try readText(path)
      }
    }
    guard let field = try special.configuration?.optional("chat_template") else { return nil }
    return ChatTemplate(file: field.file, special) { () throws(InputError) in
      guard case .array = field.value else { return try field.string() }
      for element in try field.elements() where try element.required("name").string() == "default" {
        return try element.required("template").string()
      }
      throw field.error("none of the templates is called \"default\"")
    }
  }

  /// A template by its text.
  init(_ source: String, file: String, field: String, _ special: SpecialTokens) {
    self.init(file: file, field: field, special) { () throws(InputError) in source }
  }

  /// - Parameter source: reads the template's text.
  private init(
    file: String, field: String = "chat_template", _ special: SpecialTokens,
    source: () throws(InputError) -> String
  ) {
    self.file = file
    self.field = field
    specialTokens = special.texts
    template = Result { () throws(InputError) in
      let source = try source()
      do throws(TemplateError) {
        return try Template(source)
      } catch {
        throw InputError(file: file, field: field, error.description)
      }
    }
  }

  /// Renders a conversation as transformers' `apply_chat_template` does.
  func render(
    _ conversation: Conversation, addGenerationPrompt: Bool
  ) throws(InputError) -> String {
    let template = try template.get()
    do throws(TemplateError) {
      var globals: [(String, Value)] = [("tools", .none), ("documents", .none)]
      for (name, text) in specialTokens { globals.append((name, .string(text))) }
      for variable in conversation.variables {
        globals.append((variable.key, try Value(variable.value)))
      }
      var messages: [Value] = []
      for message in conversation.messages { messages.append(try Value(message.json)) }
      globals.append(("messages", .list(messages)))
      globals.append(("add_generation_prompt", .bool(addGenerationPrompt)))
      return try template.render(globals)
    } catch {
      throw InputError(file: file, field: field, error.description)
    }
  }
}
