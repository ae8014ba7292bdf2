import Foundation

/// How an option's text becomes a value.
struct ValueFormat<Value: Sendable>: Sendable {
  /// What was expected, for the error about any other text.
  let expectation: String
  /// The texts that there are, or the usual ones, where these are words: for completion.
  let words: [String]
  /// The text's value; nil where the text is not what was expected.
  let parse: @Sendable (String) -> Value?
  /// What may have been meant by a text that is no value, as the end of a sentence; mostly empty.
  let hint: @Sendable (String) -> String
  /// A value as the help shows it.
  let text: @Sendable (Value) -> String

  init(
    _ expectation: String, words: [String] = [],
    hint: @escaping @Sendable (String) -> String = { _ in "" },
    text: @escaping @Sendable (Value) -> String = { "\($0)" },
    parse: @escaping @Sendable (String) -> Value?
  ) {
    self.expectation = expectation
    self.words = words
    self.parse = parse
    self.hint = hint
    self.text = text
  }

  /// The same for an option that need not be given.
  var optional: ValueFormat<Value?> {
    ValueFormat<Value?>(expectation, words: words, hint: hint) { [parse] text in
      parse(text).map(Optional.some)
    }
  }
}

extension ValueFormat<String> {
  /// Any text.
  static let text = ValueFormat("a text") { $0 }
}

extension ValueFormat<Int> {
  static func integer(in range: ClosedRange<Int>) -> ValueFormat {
    let bounds =
      range.upperBound == .max
      ? "of at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
    return ValueFormat("an integer " + bounds) { text in
      Int(text).flatMap { range.contains($0) ? $0 : nil }
    }
  }
}

extension ValueFormat<UInt64> {
  /// Any 64-bit number.
  static let seed = ValueFormat("an integer of at least 0") { UInt64($0) }
}

extension ValueFormat<Double> {
  /// A finite number that passes a test.
  static func number(
    _ expectation: String, where accepts: @escaping @Sendable (Double) -> Bool
  ) -> ValueFormat {
    ValueFormat(expectation, text: { String(format: "%g", $0) }) { text in
      Double(text).flatMap { $0.isFinite && accepts($0) ? $0 : nil }
    }
  }

  /// Seconds; see `parseDuration`.
  static let duration = ValueFormat(
    "a duration with its unit, such as 90s, 30m or 1h30m",
    hint: { text in
      (Double(text) ?? 0) > 0 ? "; say \(text)s, \(text)m or \(text)h" : ""
    }, parse: parseDuration)
}

extension ValueFormat<[Int]> {
  /// Integers from 0, separated by commas; none for an empty text.
  static let integers = ValueFormat("non-negative integers separated by commas") { text in
    if text.isEmpty { return [] }
    var list: [Int] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let value = Int(part.trimmingCharacters(in: .whitespaces)), value >= 0 else {
        return nil
      }
      list.append(value)
    }
    return list
  }
}

extension ValueFormat where Value: CaseIterable & RawRepresentable<String> {
  /// One of an enumeration's raw values.
  static var keyword: ValueFormat {
    ValueFormat(
      Value.allCases.map(\.rawValue).joined(separator: ", "),
      words: Value.allCases.map(\.rawValue), text: { $0.rawValue },
      parse: { Value(rawValue: $0) })
  }
}
