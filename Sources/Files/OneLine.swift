/// What somebody else wrote, for a place that has one line: line breaks and other control
/// characters are spaces, several spaces one, and what is beyond `limit` characters is cut off.
package func onOneLine(_ text: String, limit: Int = 500) -> String {
  let words = text.split {
    $0 == " " || $0.isNewline
      || $0.unicodeScalars.contains { $0.properties.generalCategory == .control }
  }
  let line = words.joined(separator: " ")
  return line.count > limit ? line.prefix(limit) + "…" : line
}
