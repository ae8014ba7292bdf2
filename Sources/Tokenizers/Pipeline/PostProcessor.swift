import Files

/// The special tokens that go around a text.
struct PostProcessor: Sendable {
  var prefix: [Int] = []
  var suffix: [Int] = []

  init() {}

  init(_ field: JSONField) throws(InputError) {
    let typeField = try field.required("type")
    switch try typeField.string() {
    // Offsets are nobody's concern here.
    case "ByteLevel": break
    case "Sequence":
      for element in try field.required("processors").elements() {
        let part = try PostProcessor(element)
        prefix = part.prefix + prefix
        suffix += part.suffix
      }
    case "TemplateProcessing": try readTemplate(field)
    case let type:
      throw typeField.error(
        "post-processor \"\(type)\" is not supported; ByteLevel, Sequence and "
          + "TemplateProcessing are")
    }
  }

  private mutating func readTemplate(_ field: JSONField) throws(InputError) {
    let special = try field.required("special_tokens")
    let single = try field.required("single")
    var sequences = 0
    for piece in try single.elements() {
      if let token = try piece.optional("SpecialToken") {
        let name = try token.required("id").string()
        for id in try special.required(name).required("ids").elements() {
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
