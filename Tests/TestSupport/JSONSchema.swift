import Files

/// Checks JSON against a JSON Schema, of which it knows what the repository's schemas use; a keyword
/// that it does not know is an error, so that no schema says more than is checked.
public struct JSONSchema {
  private let root: JSON

  /// A parsed schema.
  public init(_ root: JSON) { self.root = root }

  /// Reads a schema.
  public init(file: String) throws(InputError) { root = try JSONField.read(file).value }

  /// What is wrong with a value; empty where it is valid.
  ///
  /// - Parameter definition: of `$defs`; nil: the whole schema.
  public func problems(of value: JSON, as definition: String? = nil) -> [String] {
    guard let definition else { return check(value, root, "") }
    guard let schema = root["$defs"]?[definition] else { return ["no definition \(definition)"] }
    return check(value, schema, "")
  }

  private static let silent: Set<String> = ["$schema", "$id", "$defs", "title", "description"]

  private func check(_ value: JSON, _ schema: JSON, _ path: String) -> [String] {
    if case .bool(let allows) = schema { return allows ? [] : ["\(path): nothing is allowed here"] }
    guard case .object(let keywords) = schema else { return ["\(path): this is no schema"] }
    var problems: [String] = []
    for keyword in keywords where !Self.silent.contains(keyword.key) {
      problems += check(value, keyword, of: schema, path)
    }
    return problems
  }

  private func check(
    _ value: JSON, _ keyword: JSON.Member, of schema: JSON, _ path: String
  ) -> [String] {
    func fail(_ fails: Bool, _ problem: String) -> [String] { fails ? ["\(path): \(problem)"] : [] }
    func limit(_ size: Double?, _ fails: (Double, Double) -> Bool) -> [String] {
      guard let size, let bound = keyword.value.number else { return [] }
      return fail(fails(size, bound), "\(size) is beyond the \(keyword.key) of \(bound)")
    }
    switch keyword.key {
    case "$ref": return reference(keyword.value).map { check(value, $0, path) } ?? ["bad $ref"]
    case "type":
      let names = keyword.value.list?.compactMap(\.text) ?? [keyword.value.text ?? ""]
      return fail(!names.contains(where: value.has(type:)), "\(value.kind) is no \(names)")
    case "const":
      return fail(value.compact != keyword.value.compact, "expected \(keyword.value.compact)")
    case "enum":
      let all = keyword.value.list ?? []
      return fail(!all.contains { $0.compact == value.compact }, "\(value.compact) is not listed")
    case "minimum": return limit(value.number) { $0 < $1 }
    case "exclusiveMinimum": return limit(value.number) { $0 <= $1 }
    case "maximum": return limit(value.number) { $0 > $1 }
    case "minItems": return limit(value.list.map { Double($0.count) }) { $0 < $1 }
    case "maxItems": return limit(value.list.map { Double($0.count) }) { $0 > $1 }
    case "minLength": return limit(value.text.map { Double($0.unicodeScalars.count) }) { $0 < $1 }
    case "maxLength": return limit(value.text.map { Double($0.unicodeScalars.count) }) { $0 > $1 }
    case "required":
      let missing = (keyword.value.list ?? []).compactMap(\.text).filter { value[$0] == nil }
      guard case .object = value else { return [] }
      return fail(!missing.isEmpty, "\(missing) are missing")
    case "items":
      return (value.list ?? []).enumerated().flatMap {
        check($0.element, keyword.value, "\(path)[\($0.offset)]")
      }
    case "properties":
      return (value.members ?? []).flatMap { member in
        keyword.value[member.key].map { check(member.value, $0, "\(path).\(member.key)") } ?? []
      }
    case "additionalProperties":
      let known = schema["properties"]
      return (value.members ?? []).filter { known?[$0.key] == nil }.flatMap {
        check($0.value, keyword.value, "\(path).\($0.key)")
      }
    case "allOf": return (keyword.value.list ?? []).flatMap { check(value, $0, path) }
    case "anyOf", "oneOf":
      let tried = (keyword.value.list ?? []).map { check(value, $0, path) }
      let valid = tried.count(where: \.isEmpty)
      guard keyword.key == "oneOf" ? valid != 1 : valid == 0 else { return [] }
      return ["\(path): fits \(valid) of \(tried.count) alternatives"] + tried.joined()
    default: return ["\(path): the keyword \(keyword.key) is not known here"]
    }
  }

  private func reference(_ value: JSON) -> JSON? {
    guard let text = value.text, text.hasPrefix("#/") else { return nil }
    return text.dropFirst(2).split(separator: "/").reduce(root) { $0?[String($1)] }
  }
}

extension JSON {
  fileprivate var text: String? { if case .string(let text) = self { text } else { nil } }
  fileprivate var list: [JSON]? { if case .array(let values) = self { values } else { nil } }
  fileprivate var members: [Member]? {
    if case .object(let members) = self { members } else { nil }
  }
  fileprivate var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .double(let value): value
    default: nil
    }
  }

  fileprivate func has(type name: String) -> Bool {
    switch (name, self) {
    case ("null", .null), ("boolean", .bool), ("string", .string), ("array", .array),
      ("object", .object), ("number", .integer), ("number", .double), ("integer", .integer):
      true
    case ("integer", .double(let value)): value == value.rounded()
    default: false
    }
  }
}
