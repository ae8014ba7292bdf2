import Files

/// The special tokens that go around a text.
struct PostProcessor: Sendable {
  var prefix: [Int] = []
  var suffix: [Int] = []

  init() {}

  init(_ field: JSONField, depth: Int = 0) throws(InputError) {
    guard depth < 10 else { throw field.error("sequences within sequences without end") }
    let typeField = try field.required("type")
    switch try typeField.string() {
    // Offsets are nobody's concern here.
    case "ByteLevel": break
    case "Sequence":
      for element in try field.required("processors").elements() {
        let part = try PostProcessor(element, depth: depth + 1)
        prefix = part.prefix + prefix
        suffix += part.suffix
      }
    case "TemplateProcessing": try readTemplate(field)
    case "BertProcessing", "RobertaProcessing":
      prefix = [try Self.pair(try field.required("cls"))]
      suffix = [try Self.pair(try field.required("sep"))]
    case let type:
      throw typeField.error(
        "post-processor \"\(type)\" is not supported; BertProcessing, ByteLevel, "
          + "RobertaProcessing, Sequence and TemplateProcessing are")
    }
  }

  /// `["</s>", 2]`
  private static func pair(_ field: JSONField) throws(InputError) -> Int {
    let parts = try field.elements()
    guard parts.count == 2 else { throw field.error("expected a token and its id") }
    return try parts[1].integer(in: 0...(1 << 24))
  }

  private mutating func readTemplate(_ field: JSONField) throws(InputError) {
    let special = try field.optional("special_tokens")
    let single = try field.required("single")
    var sequences = 0
    for piece in try single.elements() {
      if let token = try piece.optional("SpecialToken") {
        let name = try token.required("id").string()
        guard let known = try special?.optional(name) else {
          throw token.error("\"\(name)\" is not among the special tokens")
        }
        for id in try known.required("ids").elements() {
          let number = try id.integer(in: 0...(1 << 24))
          if sequences == 0 { prefix.append(number) } else { suffix.append(number) }
        }
      } else {
        let sequence = try piece.required("Sequence").required("id")
        guard try sequence.string() == "A" else { throw sequence.error("expected \"A\"") }
        sequences += 1
      }
    }
    guard sequences == 1 else { throw single.error("expected one sequence, found \(sequences)") }
  }
}
