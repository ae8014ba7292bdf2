/// A Jinja template: text with `{{ … }}` and `{% … %}`, as far as models' chat templates use the
/// language, with transformers' settings (`trim_blocks`, `lstrip_blocks`, `break` and `continue`,
/// `generation`). What it does not know it refuses; running and nesting without end too.
package struct Template: Sendable {
  private let statements: [Statement]

  /// Parses a template.
  package init(_ source: String) throws(TemplateError) {
    statements = try StatementParser.parse(source)
  }

  /// The text that the template becomes with these variables.
  package func render(_ globals: [String: Value]) throws(TemplateError) -> String {
    try Interpreter.render(statements, globals: globals)
  }
}
