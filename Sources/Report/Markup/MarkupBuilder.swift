/// Writes markup as a list of pieces; a string among them is text.
@resultBuilder
enum MarkupBuilder {
  static func buildExpression(_ markup: Markup) -> Markup { markup }
  static func buildExpression(_ markup: [Markup]) -> Markup { .sequence(markup) }
  static func buildExpression(_ text: String) -> Markup { .text(text) }
  static func buildBlock(_ parts: Markup...) -> Markup { .sequence(parts) }
  static func buildOptional(_ part: Markup?) -> Markup { part ?? .empty }
  static func buildEither(first: Markup) -> Markup { first }
  static func buildEither(second: Markup) -> Markup { second }
  static func buildArray(_ parts: [Markup]) -> Markup { .sequence(parts) }
}

/// An element with what is in it.
func element(
  _ name: StaticString, _ attributes: Markup.Attributes = [:],
  @MarkupBuilder _ content: () -> Markup = { .empty }
) -> Markup {
  .element(name, attributes, content())
}
