extension JSONCodec<Int> {
  /// An integer, optionally within bounds.
  package static func integer(in range: ClosedRange<Int> = .min ... .max) -> JSONCodec {
    JSONCodec(
      read: { field throws(InputError) in try field.integer(in: range) }, write: JSON.integer)
  }
}

extension JSONCodec<Double> {
  /// A finite number; an infinite one and NaN are written as null.
  package static var number: JSONCodec {
    JSONCodec(read: { field throws(InputError) in try field.double() }, write: JSON.double)
  }

  /// A number of at least 0.
  package static var nonnegative: JSONCodec {
    JSONCodec(read: { field throws(InputError) in try field.nonnegative() }, write: JSON.double)
  }

  /// A number above 0.
  package static var positive: JSONCodec {
    number.checked("expected a positive number") { $0 > 0 }
  }

  /// A number within bounds.
  ///
  /// - Parameter what: what it is, as the error calls it.
  package static func number(
    in range: ClosedRange<Double>, of what: String = "a number"
  ) -> JSONCodec {
    func text(_ bound: Double) -> String {
      Int(exactly: bound).flatMap { abs($0) < 1_000_000 ? "\($0)" : nil } ?? "\(bound)"
    }
    let (least, most) = (text(range.lowerBound), text(range.upperBound))
    return number.converted(
      read: { value, field throws(InputError) in
        guard range.contains(value) else {
          throw field.error("expected \(what) from \(least) to \(most), found \(value)")
        }
        return value
      }, write: { $0 })
  }

  /// A number from 0 to 1.
  package static var fraction: JSONCodec { number(in: 0...1) }

  /// Seconds that something took: none, or from a picosecond to thirty years. Within these bounds,
  /// sums and ratios of what was measured are numbers.
  package static var seconds: JSONCodec {
    number(in: 0...1e9, of: "seconds").checked(
      "expected 0 seconds, or at least \(leastSeconds)"
    ) { $0 == 0 || $0 >= leastSeconds }
  }

  /// Seconds that something took which takes time.
  package static var positiveSeconds: JSONCodec { number(in: leastSeconds...1e9, of: "seconds") }

  private static var leastSeconds: Double { 1e-12 }
}

extension JSONCodec<Bool> {
  /// `true` or `false`.
  package static var bool: JSONCodec {
    JSONCodec(read: { field throws(InputError) in try field.bool() }, write: JSON.bool)
  }
}

extension JSONCodec<String> {
  /// A string.
  package static var string: JSONCodec {
    JSONCodec(read: { field throws(InputError) in try field.string() }, write: JSON.string)
  }
}

extension JSONCodec where Value: RawRepresentable<String> {
  /// One of an enumeration's names.
  ///
  /// - Parameter problem: what is wrong with a name that is none of them.
  package static func name(
    otherwise problem: @escaping @Sendable (_ name: String) -> String
  ) -> JSONCodec {
    JSONCodec<String>.string.converted(
      read: { name, field throws(InputError) in
        guard let value = Value(rawValue: name) else { throw field.error(problem(name)) }
        return value
      }, write: \.rawValue)
  }
}

extension JSONCodec where Value: RawRepresentable<String> & CaseIterable {
  /// One of an enumeration's names; the error for another says which are known.
  ///
  /// - Parameter what: what they are names of, as the error calls it.
  package static func name(of what: String) -> JSONCodec {
    let known = Value.allCases.map(\.rawValue).joined(separator: ", ")
    return name { _ in "unknown \(what); known are \(known)" }
  }
}

extension JSONCodec {
  /// An array of values of one kind.
  package static func array<Element>(of element: JSONCodec<Element>) -> JSONCodec
  where Value == [Element] {
    JSONCodec(
      read: { field throws(InputError) in
        try field.elements().map { field throws(InputError) in try element.read(field) }
      }, write: { .array($0.map(element.write)) })
  }
}
