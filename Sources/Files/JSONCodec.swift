/// How a value is written as JSON and read back: one description of both directions.
///
/// What is read is checked, and an error names file and field; what is written is not, because a
/// value in memory is one that its type allows. The codecs of numbers, strings and arrays are in
/// JSONCodec+Values.swift; that of a record follows from its `JSONRecord.record`.
package struct JSONCodec<Value: Sendable>: Sendable {
  /// Reads a value.
  package let read: @Sendable (JSONField) throws(InputError) -> Value
  /// Writes a value.
  package let write: @Sendable (Value) -> JSON
  /// What a member that is absent or null reads as; nil where it must be there.
  let absent: Value?

  private init(
    absent: Value?, read: @escaping @Sendable (JSONField) throws(InputError) -> Value,
    write: @escaping @Sendable (Value) -> JSON
  ) {
    self.absent = absent
    self.read = read
    self.write = write
  }

  /// A codec of a form that the others do not have.
  package init(
    read: @escaping @Sendable (JSONField) throws(InputError) -> Value,
    write: @escaping @Sendable (Value) -> JSON
  ) {
    self.init(absent: nil, read: read, write: write)
  }
}

extension JSONCodec {
  /// Reads a member that is absent or null as `value`: for what older files do not have.
  package func ifAbsent(_ value: Value) -> JSONCodec {
    JSONCodec(absent: value, read: read, write: write)
  }

  /// Refuses to read values for which `holds` is false: `problem` says what was expected.
  package func checked(
    _ problem: String, _ holds: @escaping @Sendable (Value) -> Bool
  ) -> JSONCodec {
    JSONCodec(
      absent: absent,
      read: { field throws(InputError) in
        let value = try read(field)
        guard holds(value) else { throw field.error(problem) }
        return value
      }, write: write)
  }

  /// A codec of something that is made from this value and gives it back.
  ///
  /// - Parameters:
  ///   - read: makes it; throws the field's error where it cannot.
  ///   - write: gives the value back.
  package func converted<Other>(
    read: @escaping @Sendable (Value, JSONField) throws(InputError) -> Other,
    write: @escaping @Sendable (Other) -> Value
  ) -> JSONCodec<Other> {
    let codec = self
    return JSONCodec<Other>(
      read: { field throws(InputError) in try read(try codec.read(field), field) },
      write: { codec.write(write($0)) })
  }

  /// A value, or null. A member that is absent reads as nil too.
  package static func nullable<Wrapped>(_ codec: JSONCodec<Wrapped>) -> JSONCodec
  where Value == Wrapped? {
    JSONCodec(
      absent: .some(nil),
      read: { field throws(InputError) in
        if case .null = field.value { return nil }
        return try codec.read(field)
      }, write: { $0.map(codec.write) ?? .null })
  }

  /// An object whose members `members` describes; see `JSONRecord.record`.
  package static func object(
    _ members: @escaping @Sendable (JSONMembers<Value>) throws(InputError) -> Value
  ) -> JSONCodec {
    JSONCodec(
      read: { field throws(InputError) in try members(try JSONMembers(reading: field)) },
      write: { JSONMembers.write($0, members) })
  }
}

extension JSONField {
  /// The member `key`, read by a codec.
  ///
  /// - Throws: where this value is no object, where the codec refuses the member, and where it is
  ///   absent or null, unless the codec reads that as a value.
  package func member<Value>(
    _ key: String, as codec: JSONCodec<Value>
  ) throws(InputError) -> Value {
    if let absent = codec.absent {
      guard let field = try optional(key) else { return absent }
      return try codec.read(field)
    }
    return try codec.read(try required(key))
  }
}
