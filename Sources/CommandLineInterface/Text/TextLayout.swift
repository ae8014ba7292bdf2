/// The text at the left of a column.
func leftAligned(_ text: String, _ width: Int) -> String {
  text + String(repeating: " ", count: max(0, width - text.count))
}

/// The text at the right of a column.
func rightAligned(_ text: String, _ width: Int) -> String {
  String(repeating: " ", count: max(0, width - text.count)) + text
}

/// The line without the spaces at its end.
func trimmed(_ line: String) -> String {
  var line = line
  while line.last == " " { line.removeLast() }
  return line
}

/// What a line is not broken at; `wrapped` makes a space of it.
let noBreakSpace = "\u{A0}"

/// Text in lines of at most `width` characters, broken at spaces.
func wrapped(_ text: String, width: Int = 80) -> [String] {
  wrapped(text.split(separator: " ").map(String.init), width: width)
}

/// Words in lines of at most `width` characters.
///
/// - Parameters:
///   - lead: what the first line begins with.
///   - indent: how many spaces the others begin with.
func wrapped(
  _ words: [String], lead: String = "", indent: Int = 0, width: Int
) -> [String] {
  var lines: [String] = []
  var line = lead
  var isEmpty = true
  for word in words {
    if !isEmpty, line.count + 1 + word.count > width {
      lines.append(line)
      line = String(repeating: " ", count: indent)
      isEmpty = true
    }
    line += (isEmpty ? "" : " ") + word
    isEmpty = false
  }
  return (lines + [line]).map { $0.replacing(noBreakSpace, with: " ") }
}
