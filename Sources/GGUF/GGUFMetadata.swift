import Files

/// The keys and values of a file.
public struct GGUFMetadata: Sendable {
  /// The file's path, for errors.
  public let file: String
  private var values: [String: GGUFValue] = [:]

  init(_ reader: inout GGUFReader, count: Int) throws(InputError) {
    file = reader.file.path
    for index in 0..<count {
      let key = try reader.name("metadata key \(index)")
      let kind = try GGUFValue.Kind(&reader, key: key)
      let value = try GGUFValue(kind, &reader, key: key)
      guard values.updateValue(value, forKey: key) == nil else {
        throw reader.error(key, "the file has this key twice")
      }
    }
  }

  /// A key's value; nil where the file has none.
  public subscript(key: String) -> GGUFField? {
    values[key].map { GGUFField(file: file, key: key, value: $0) }
  }

  /// The value of a key that must be there.
  public func required(_ key: String) throws(InputError) -> GGUFField {
    guard let field = self[key] else { throw error(key, "the key is missing") }
    return field
  }

  /// An error about a key.
  public func error(_ key: String, _ problem: String) -> InputError {
    InputError(file: file, field: key, problem)
  }

  /// Whether a key begins so.
  public func contains(prefix: String) -> Bool { values.keys.contains { $0.hasPrefix(prefix) } }
}
