import Files

/// How tokens become text again. All steps work token by token, with a little memory between: the
/// same machine decodes a list and a stream.
struct Decoder: Sendable {
  /// What is done to one token's text.
  enum Step: Sendable {
    case byteLevel
    case replace([UInt8], with: [UInt8])
    /// Scalars taken from both ends of one token.
    case strip(Unicode.Scalar, start: Int, stop: Int)
    case byteFallback
    case metaspace(replacement: Unicode.Scalar, dropsFirst: Bool)
  }

  private(set) var steps: [Step] = []
  /// Characters taken from the beginning of the whole text, and how many at most.
  private(set) var strip: (scalar: Unicode.Scalar, count: Int)?

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
    switch try typeField.string() {
    case "Sequence":
      for element in try field.required("decoders").elements() {
        try read(element, depth: depth + 1, &growth)
      }
    case "ByteLevel": steps.append(.byteLevel)
    case "Replace":
      let pattern = try field.required("pattern").required("String").string().byteString
      guard !pattern.isEmpty else { throw field.error("an empty pattern") }
      let content = try field.required("content").string().byteString
      try growth.add(times: (content.count + pattern.count - 1) / pattern.count, field)
      steps.append(.replace(pattern, with: content))
    case "ByteFallback": steps.append(.byteFallback)
    // Joins tokens: what we do anyway.
    case "Fuse": isFused = true
    case "Metaspace":
      let replacement = try field.optional("replacement")?.string().unicodeScalars.first ?? "▁"
      let scheme = try field.optional("prepend_scheme")?.string()
      let prefix = try field.optional("add_prefix_space")?.bool() ?? true
      steps.append(
        .metaspace(
          replacement: replacement, dropsFirst: scheme.map { $0 != "never" } ?? prefix))
    case "Strip":
      let content = try field.required("content")
      let scalars = Array(try content.string().unicodeScalars)
      let stop = try field.required("stop")
      guard scalars.count == 1 else { throw content.error("expected one character") }
      let start = try field.required("start").integer(in: 0...1000)
      guard isFused else {
        // Before tokens are joined, each loses its own ends.
        steps.append(.strip(scalars[0], start: start, stop: try stop.integer(in: 0...1000)))
        return
      }
      guard try stop.integer() == 0 else {
        throw stop.error("stripping the end is not supported: it cannot be streamed")
      }
      strip = (scalars[0], start)
    case let type:
      throw typeField.error(
        "decoder \"\(type)\" is not supported; ByteFallback, ByteLevel, Fuse, Metaspace, Replace, "
          + "Sequence and Strip are")
    }
  }
}
