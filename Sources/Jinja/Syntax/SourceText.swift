/// A template's text as Jinja reads it: every kind of newline is `\n`, and one at the very end is
/// not part of the template.
struct SourceText: Sendable {
  let scalars: [Unicode.Scalar]

  init(_ source: String) {
    var normalized: [Unicode.Scalar] = []
    var afterReturn = false
    for scalar in source.unicodeScalars {
      if scalar == "\n", afterReturn {
        afterReturn = false
        continue
      }
      afterReturn = scalar == "\r"
      normalized.append(afterReturn ? "\n" : scalar)
    }
    if normalized.last == "\n" { normalized.removeLast() }
    scalars = normalized
  }

  func place(of offset: Int) -> TemplateError.Place {
    let before = scalars.prefix(offset)
    let column = before.reversed().prefix { $0 != "\n" }.count + 1
    return TemplateError.Place(line: 1 + before.count { $0 == "\n" }, column: column)
  }

  func text(_ range: Range<Int>) -> String {
    String(String.UnicodeScalarView(scalars[range]))
  }
}
