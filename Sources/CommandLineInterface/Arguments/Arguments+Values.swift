extension Arguments {
  /// An option's value, or its default.
  subscript<Value>(option: Option<Value>) -> Value {
    get throws(UsageError) { try value(of: option, in: option.format) }
  }

  /// An option's value where the line has one, else the standard given here.
  func value<Value>(
    _ option: Option<Value>, or standard: Value?
  ) throws(UsageError) -> Value {
    if let standard, text(of: option.description) == nil { return standard }
    return try self[option]
  }

  /// The value of an option whose range depends on other options.
  subscript<Value>(option: Option<Value?>, format: ValueFormat<Value>) -> Value? {
    get throws(UsageError) { try value(of: option, in: format.optional) }
  }

  private func value<Value>(
    of option: Option<Value>, in format: ValueFormat<Value>
  ) throws(UsageError) -> Value {
    let description = option.description
    if let text = text(of: description) {
      if let value = format.parse(text) { return value }
      throw error(
        "The value '\(text)' is invalid for '\(description.longSignature)': expected "
          + format.expectation + format.hint(text))
    }
    if let standard = option.standard() { return standard }
    throw error("Missing expected argument '\(description.longSignature)'")
  }

  /// What the one option given stands for, of several that exclude one another.
  subscript<Value>(choice: Choice<Value>) -> Value {
    get throws(UsageError) {
      let given = choice.alternatives.filter { text(of: $0.option) != nil }
      guard given.count < 2 else {
        let names = given.map { "--\($0.option.name)" }.joined(separator: " and ")
        throw error("The options \(names) exclude each other")
      }
      if let value = try given.first?.value(self) ?? choice.otherwise { return value }
      let names = choice.descriptions.map { "--\($0.name)" }.joined(separator: ", ")
      throw error("Missing one of the options \(names)")
    }
  }
}
