import Files

extension Value {
  /// A JSON value as Python's `json` reads it.
  ///
  /// - Throws: for an integer beyond 64 bits, which we cannot write as Python does.
  package init(_ json: JSON) throws(TemplateError) {
    switch json {
    case .null: self = .none
    case .bool(let flag): self = .bool(flag)
    case .integer(let number): self = .integer(number)
    case .double(let number):
      // A whole number of that size may have been written without a point.
      guard number.magnitude < 0x1p63 || number != number.rounded() else { throw .outOfRange }
      self = .double(number)
    case .string(let text): self = .string(text)
    case .array(let elements):
      var values: [Value] = []
      for element in elements { values.append(try Value(element)) }
      self = .list(values)
    case .object(let members):
      var pairs: [(String, Value)] = []
      for member in members { pairs.append((member.key, try Value(member.value))) }
      self = .dictionary(pairs)
    }
  }
}
