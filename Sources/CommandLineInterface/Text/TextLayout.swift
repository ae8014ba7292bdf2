import Foundation

/// A number with the given digits after the point, halves rounded away from zero; a dash where
/// there is none.
func fixed(_ value: Double?, _ digits: Int) -> String {
  guard let value, value.isFinite else { return "–" }
  let scale = pow(10, Double(digits))
  // Adding nothing makes a zero of a negative zero.
  return String(format: "%.\(digits)f", (value * scale).rounded() / scale + 0)
}

/// `4.2 s`, `3 min 05 s`, `2 h 05 min`.
func duration(_ seconds: Double) -> String {
  guard seconds >= 59.95 else { return "\(fixed(seconds, 1)) s" }
  let whole = Int(min(seconds, 1e9).rounded())
  return whole < 3600
    ? String(format: "%d min %02d s", whole / 60, whole % 60)
    : String(format: "%d h %02d min", whole / 3600, whole % 3600 / 60)
}

/// A word for a shell: in single quotes where it needs them.
func quoted(_ word: String) -> String {
  let plain = word.unicodeScalars.allSatisfy { scalar in
    scalar.isASCII
      && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
        || "/._-+=:,@%".unicodeScalars.contains(scalar))
  }
  if plain, !word.isEmpty { return word }
  return "'" + word.replacing("'", with: #"'\''"#) + "'"
}

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
