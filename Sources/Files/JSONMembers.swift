/// The members of a record's JSON object, which are named one after the other: to read the record
/// from an object that was parsed, or to write one that is in memory.
///
///     let layers = try member("layers", \.layerCount, .integer(in: 1...1_000_000))
///
/// reads the member `layers` and returns it; or appends `layers`, with the record's `layerCount`,
/// to the object that is written, and returns that. So one function describes both directions, and
/// its calls are in the order in which the keys are written.
package struct JSONMembers<Record> {
  private enum Direction {
    case reading(JSONField)
    case writing(Record, JSONObjectUnderConstruction)
  }

  private let direction: Direction

  private init(_ direction: Direction) { self.direction = direction }

  /// The members of an object that was parsed.
  init(reading field: JSONField) throws(InputError) {
    guard case .object = field.value else { throw field.mismatch("an object") }
    direction = .reading(field)
  }

  /// The object that `members` writes of a record.
  package static func write<Result>(
    _ record: Record, _ members: (JSONMembers) throws(InputError) -> Result
  ) -> JSON {
    let object = JSONObjectUnderConstruction()
    do throws(InputError) {
      _ = try members(JSONMembers(.writing(record, object)))
    } catch {
      preconditionFailure("a record in memory that its own description refuses: \(error)")
    }
    return .object(object.members)
  }

  /// A member that is read and written.
  ///
  /// - Parameters:
  ///   - key: the member's key.
  ///   - other: another key under which the member is read where `key` is not there: its name in
  ///     older files, or in other programs'. Both at once are refused.
  ///   - value: the record's value of it, to write.
  ///   - codec: the member's form. Whether it may be absent is the codec's: `nullable`, `ifAbsent`.
  package func callAsFunction<Value>(
    _ key: String, or other: String? = nil, _ value: (Record) -> Value, _ codec: JSONCodec<Value>
  ) throws(InputError) -> Value {
    switch direction {
    case .reading(let field):
      guard let other, let member = try field.optional(other) else {
        return try field.member(key, as: codec)
      }
      guard try field.optional(key) == nil else {
        throw field.error("both \"\(key)\" and \"\(other)\" are given; keep one of them")
      }
      return try codec.read(member)
    case .writing(let record, let object):
      let value = value(record)
      object.append(key, codec.write(value))
      return value
    }
  }

  /// A member that is only written, because it follows from others; what a file has there is not
  /// looked at.
  package func derived(_ key: String, _ value: (Record) -> JSON) {
    guard case .writing(let record, let object) = direction else { return }
    object.append(key, value(record))
  }

  /// A member with one possible value, as a file's `schema`.
  ///
  /// - Parameters:
  ///   - older: what files of an older version have there.
  ///   - problem: what is wrong with a file that has another string there.
  package func constant(
    _ key: String, _ value: String, or older: String? = nil,
    otherwise problem: @autoclosure () -> String
  ) throws(InputError) {
    switch direction {
    case .reading(let field):
      let member = try field.required(key)
      let found = try member.string()
      guard found == value || found == older else {
        throw member.error(Self.version(found, beside: value) ?? problem())
      }
    case .writing(_, let object): object.append(key, .string(value))
    }
  }

  /// What is wrong with `name/3` where `name/2` is known: nil where it is no version of the same.
  private static func version(_ found: String, beside known: String) -> String? {
    func parts(_ text: String) -> (name: Substring, version: Int)? {
      guard let slash = text.lastIndex(of: "/"), let version = Int(text[slash...].dropFirst())
      else { return nil }
      return (text[..<slash], version)
    }
    guard let (name, version) = parts(found), let (own, newest) = parts(known), name == own
    else { return nil }
    return version > newest
      ? "\(found) is of a newer version of this program, which reads \(known): update it"
      : "\(found) is of no version that this program reads; it reads \(known)"
  }

  /// The place of a key among the others, where its member is named later: so that it is read after
  /// members that are written after it.
  package func place(of key: String) {
    guard case .writing(_, let object) = direction else { return }
    object.reserve(key)
  }

  /// Members of the same record in an object of their own.
  package func object<Result>(
    _ key: String, _ members: (JSONMembers) throws(InputError) -> Result
  ) throws(InputError) -> Result {
    switch direction {
    case .reading(let field):
      return try members(try JSONMembers(reading: try field.required(key)))
    case .writing(let record, let object):
      let inner = JSONObjectUnderConstruction()
      let result = try members(JSONMembers(.writing(record, inner)))
      object.append(key, .object(inner.members))
      return result
    }
  }

  /// Members of a part of the record, in the same object.
  package func part<Part>(_ part: (Record) -> Part) -> JSONMembers<Part> {
    switch direction {
    case .reading(let field): JSONMembers<Part>(.reading(field))
    case .writing(let record, let object): JSONMembers<Part>(.writing(part(record), object))
    }
  }

  /// Members of what an enumeration's case holds, in the same object.
  ///
  /// - Parameter payload: what it holds; asked only in that case's branch, where it is not nil.
  package func payload<Payload>(_ payload: (Record) -> Payload?) -> JSONMembers<Payload> {
    part { record in
      guard let payload = payload(record) else { preconditionFailure("another case's branch") }
      return payload
    }
  }

  /// An error about the object that is read.
  package func error(_ problem: String) -> InputError {
    switch direction {
    case .reading(let field): field.error(problem)
    case .writing: InputError(file: "\(Record.self)", problem)
    }
  }
}

/// The members of an object that is being written, and places kept for later ones.
private final class JSONObjectUnderConstruction {
  private(set) var members: [JSON.Member] = []
  private var reserved: [String: Int] = [:]

  func append(_ key: String, _ value: JSON) {
    if let index = reserved.removeValue(forKey: key) {
      members[index].value = value
    } else {
      members.append(JSON.Member(key, value))
    }
  }

  func reserve(_ key: String) {
    reserved[key] = members.count
    members.append(JSON.Member(key, .null))
  }
}
