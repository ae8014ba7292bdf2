/// What is wrong with a template, or what a template said with `raise_exception`: one sentence.
package struct TemplateError: Error, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }
}

extension TemplateError {
  static let tooDeep = TemplateError("an expression is nested too deeply")
  static let tooLong = TemplateError("the template runs too long")
}
