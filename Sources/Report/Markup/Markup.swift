/// A piece of a page, well-formed both as HTML and as XML.
///
/// Names of elements and attributes, and raw text, are `StaticString`: what comes from a file can
/// only ever become escaped text or an escaped attribute.
struct Markup: Sendable {
  /// The source text.
  let source: String

  private init(source: String) { self.source = source }

  /// Nothing.
  static let empty = Markup(source: "")

  /// Text, escaped.
  static func text(_ text: String) -> Markup { Markup(source: escaped(text)) }

  /// Pieces one after the other.
  static func sequence(_ parts: [Markup]) -> Markup {
    Markup(source: parts.map(\.source).joined())
  }

  /// One after the other.
  static func + (one: Markup, other: Markup) -> Markup {
    Markup(source: one.source + other.source)
  }

  /// Source that this program has itself: a style sheet, a script.
  static func raw(_ source: StaticString) -> Markup { Markup(source: "\(source)") }

  /// An element. Attributes that are nil are left out.
  static func element(
    _ name: StaticString, _ attributes: Attributes, _ content: Markup
  ) -> Markup {
    let list = attributes.map { name, value in
      value.map { " \(name)=\"\(escaped($0))\"" } ?? ""
    }.joined()
    let name = "\(name)"
    return Markup(
      source: voidElements.contains(name)
        ? "<\(name)\(list)/>" : "<\(name)\(list)>\(content.source)</\(name)>")
  }

  /// Attributes in their order; nil for one that is left out.
  typealias Attributes = KeyValuePairs<StaticString, String?>

  /// Elements without content, which HTML does not close.
  private static let voidElements: Set = ["meta", "br", "col", "wbr"]

  /// Text that means itself between tags and in quotes. What neither HTML nor XML 1.0 can write
  /// (most control characters), and what would turn the direction of the text around it, becomes
  /// U+FFFD.
  static func escaped(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    result.reserveCapacity(text.unicodeScalars.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result.append(contentsOf: "&amp;".unicodeScalars)
      case "<": result.append(contentsOf: "&lt;".unicodeScalars)
      case ">": result.append(contentsOf: "&gt;".unicodeScalars)
      case "\"": result.append(contentsOf: "&quot;".unicodeScalars)
      case "'": result.append(contentsOf: "&#39;".unicodeScalars)
      case "\t", "\n": result.append(scalar)
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{202A}"..."\u{202E}",
        "\u{2066}"..."\u{2069}", "\u{FFFE}", "\u{FFFF}":
        result.append("\u{FFFD}")
      default: result.append(scalar)
      }
    }
    return String(result)
  }
}
