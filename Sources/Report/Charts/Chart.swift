/// A drawing with a title and a description for those who do not see it.
struct Chart {
  /// Unique on the page.
  let id: String
  /// What it shows, a few words.
  let title: String
  /// What there is to be seen, a sentence or two with the numbers.
  let description: String
  let width: Double
  let height: Double
  let content: Markup

  /// The width of all charts: as wide as a telephone, so that their letters can be read there.
  static let width = 400.0

  init(
    id: String, title: String, description: String, width: Double = Chart.width, height: Double,
    @MarkupBuilder content: () -> Markup
  ) {
    self.id = id
    self.title = title
    self.description = description
    self.width = width
    self.height = height
    self.content = content()
  }

  var markup: Markup {
    element(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg", "class": "chart", "role": "img",
        "viewBox": "0 0 \(Mark.px(width)) \(Mark.px(height))",
        "aria-labelledby": "\(id)-t \(id)-d",
      ]
    ) {
      element("title", ["id": "\(id)-t"]) { title }
      element("desc", ["id": "\(id)-d"]) { description }
      content
    }
  }
}
