/// What is wrong with a template, or what a template said with `raise_exception`: one sentence, with
/// the place where it is known.
package struct TemplateError: Error, CustomStringConvertible {
  /// The sentence without its place.
  package let problem: String
  /// Where in the template, if that is known.
  package private(set) var place: Place?

  /// A place in a template, both from 1; columns count Unicode scalars.
  package struct Place: Equatable, Sendable {
    package let line: Int
    package let column: Int
  }

  init(_ problem: String) { self.problem = problem }

  /// `line 3, column 7: …`
  package var description: String {
    guard let place else { return problem }
    return "line \(place.line), column \(place.column): \(problem)"
  }

  /// The same with a place, unless it has one.
  func at(_ offset: Int, in source: SourceText) -> TemplateError {
    var error = self
    if place == nil { error.place = source.place(of: offset) }
    return error
  }
}

extension TemplateError {
  static let tooDeep = TemplateError("this is nested too deeply")
  static let tooLong = TemplateError("the template takes too many steps or makes too much text")
  static let outOfRange = TemplateError("an integer beyond 64 bits is not supported")
}
