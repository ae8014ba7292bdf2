/// A Jinja template: text with `{{ … }}` and `{% … %}`, as models' chat templates use the language,
/// with transformers' settings (`trim_blocks`, `lstrip_blocks`, an immutable sandbox, `break` and
/// `continue`, `generation`). It renders what Jinja2 3.1 renders, or throws: what it does not know it
/// refuses, with line and column; running, growing and nesting without end too.
package struct Template: Sendable {
  private let source: SourceText
  private let statements: [Statement]

  /// Parses a template.
  package init(_ source: String) throws(TemplateError) {
    self.source = SourceText(source)
    statements = try StatementParser.parse(self.source)
  }

  /// The text that the template becomes with these variables.
  package func render(_ globals: [(String, Value)]) throws(TemplateError) -> String {
    let interpreter = Interpreter(globals: Dictionary(globals) { $1 })
    do throws(TemplateError) {
      return try interpreter.render(statements)
    } catch {
      throw error.at(interpreter.position, in: source)
    }
  }
}
