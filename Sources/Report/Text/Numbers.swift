import Foundation

/// A number with the given digits after the point, halves rounded away from zero; a dash where
/// there is none.
package func fixed(_ value: Double?, _ digits: Int) -> String {
  guard let value, value.isFinite else { return "–" }
  let scale = pow(10, Double(digits))
  // Adding nothing makes a zero of a negative zero.
  return String(format: "%.\(digits)f", (value * scale).rounded() / scale + 0)
}

/// `4.2 s`, `3 min 05 s`, `2 h 05 min`.
package func duration(_ seconds: Double) -> String {
  guard seconds >= 59.95 else { return "\(fixed(seconds, 1)) s" }
  let whole = Int(min(seconds, 1e9).rounded())
  return whole < 3600
    ? String(format: "%d min %02d s", whole / 60, whole % 60)
    : String(format: "%d h %02d min", whole / 3600, whole % 3600 / 60)
}

/// A share of one as `72.7%`; a dash where there is none.
package func percent(_ share: Double?, _ digits: Int = 1) -> String {
  share.map { fixed(100 * $0, digits) + "%" } ?? "–"
}

/// A text of at most so many letters, for where there is no room to break it.
func shortened(_ text: String, to count: Int) -> String {
  text.count > count ? text.prefix(count - 1) + "…" : text
}
