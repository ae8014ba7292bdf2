import Files

/// How tokens become text again. First steps that work token by token, then those that work on the
/// text as a whole; with a little memory between, the same machine decodes a list and a stream.
struct Decoder: Sendable {
  /// What is done to one token's text.
  enum Step: Sendable {
    case byteLevel
    case replace([UInt8], with: [UInt8])
    /// Scalars taken from both ends of one token.
    case strip(Unicode.Scalar, start: Int, stop: Int)
    case byteFallback
    /// Replacements become spaces; those of the first token nothing, where `dropsFirst`.
    case metaspace(replacement: Unicode.Scalar, dropsFirst: Bool)
  }

  private(set) var steps: [Step] = []
  private(set) var textSteps: [TextStep] = []

  /// Whether tokens are joined, by `Fuse` or because `ByteLevel` does it.
  private var isFused = false

  init(_ field: JSONField?) throws(InputError) {
    guard let field else { return }
    var growth = Growth()
    try read(field, depth: 0, &growth)
  }

  private mutating func read(
    _ field: JSONField, depth: Int, _ growth: inout Growth
  ) throws(InputError) {
    guard depth < 10 else { throw field.error("sequences within sequences without end") }
    let typeField = try field.required("type")
    let type = try typeField.string()
    switch type {
    case "Sequence":
      for element in try field.required("decoders").elements() {
        try read(element, depth: depth + 1, &growth)
      }
    case "ByteLevel", "ByteFallback", "Metaspace":
      guard !isFused else {
        throw typeField.error("decoder \"\(type)\" behind one that joins tokens is not supported")
      }
      try readTokenStep(type, field)
    case "Fuse": isFused = true
    case "Replace": try readReplace(field, &growth)
    case "Strip": try readStrip(field)
    default:
      throw typeField.error(
        "decoder \"\(type)\" is not supported; ByteFallback, ByteLevel, Fuse, Metaspace, Replace, "
          + "Sequence and Strip are")
    }
  }

  private mutating func readTokenStep(_ type: String, _ field: JSONField) throws(InputError) {
    switch type {
    case "ByteLevel":
      steps.append(.byteLevel)
      isFused = true
    case "ByteFallback":
      let isThere = steps.contains { if case .byteFallback = $0 { true } else { false } }
      guard !isThere else { throw field.error("ByteFallback twice is not supported") }
      steps.append(.byteFallback)
    default:
      let replacement = try field.optional("replacement")?.string().unicodeScalars.first ?? "▁"
      let scheme = try field.optional("prepend_scheme")?.string()
      let prefix = try field.optional("add_prefix_space")?.bool() ?? true
      steps.append(
        .metaspace(
          replacement: replacement, dropsFirst: scheme.map { $0 != "never" } ?? prefix))
    }
  }

  /// `{"String": …}`, or an expression that says no more than a string, or than a character where
  /// the text or a line begins.
  private mutating func readReplace(
    _ field: JSONField, _ growth: inout Growth
  ) throws(InputError) {
    let pattern = try field.required("pattern")
    let content = try field.required("content").string().byteString
    func literal(_ expression: some StringProtocol) -> ByteString? {
      (try? RegexParser.parse(String(expression)))?.literal?.byteString
    }
    let regex = try pattern.optional("Regex")
    let source = if let regex { regex } else { try pattern.required("String") }
    let expression = try source.string()
    if let text = regex == nil ? expression.byteString : literal(expression) {
      try growth.add(times: Growth.factor(replacing: text, with: content), field)
      try replace(text, with: content, source)
      return
    }
    // Longest first: each ends with the next.
    for (anchor, isOfLines) in [(#"(?<!\n)^"#, false), (#"\A"#, false), ("^", true)]
    where expression.hasPrefix(anchor) {
      guard let text = literal(expression.dropFirst(anchor.count)), isCharacter(text), isFused,
        content.isEmpty
      else { break }
      textSteps.append(isOfLines ? .dropAtLineStarts(text) : .dropAtStart(text, count: 1))
      return
    }
    throw source.error("an expression of this kind is not supported in a decoder")
  }

  private mutating func replace(
    _ text: ByteString, with content: ByteString, _ field: JSONField
  ) throws(InputError) {
    guard !text.isEmpty else { throw field.error("an empty pattern") }
    guard isFused else {
      steps.append(.replace(text, with: content))
      return
    }
    guard isCharacter(text) else {
      throw field.error(
        "replacing more than one character behind Fuse is not supported: it cannot be streamed")
    }
    textSteps.append(.replace(text, with: content))
  }

  private func isCharacter(_ text: ByteString) -> Bool {
    text.count == text.first.map(\.utf8Width)
  }

  private mutating func readStrip(_ field: JSONField) throws(InputError) {
    let content = try field.required("content")
    let scalars = Array(try content.string().unicodeScalars)
    guard scalars.count == 1 else { throw content.error("expected one character") }
    let start = try field.required("start").integer(in: 0...1000)
    let stop = try field.required("stop")
    guard isFused else {
      // Before tokens are joined, each loses its own ends.
      steps.append(.strip(scalars[0], start: start, stop: try stop.integer(in: 0...1000)))
      return
    }
    guard try stop.integer() == 0 else {
      throw stop.error("stripping the end is not supported: it cannot be streamed")
    }
    textSteps.append(.dropAtStart(String(scalars[0]).byteString, count: start))
  }
}
