import Files

/// How text between added tokens is cut into pieces before BPE.
indirect enum PreTokenizer: Sendable {
  case sequence([PreTokenizer])
  case digits(individual: Bool)
  case byteLevel(addPrefixSpace: Bool, usesRegex: Bool)
  case split(SplitPattern)
  case metaspace(replacement: Unicode.Scalar, prepends: Prepending, splits: Bool)

  /// When a metaspace goes before a piece.
  enum Prepending: Sendable {
    case always, first, never
  }

  /// A piece of the text.
  struct Piece {
    var scalars: [Unicode.Scalar]
    /// Whether it is the beginning of the whole text.
    var isFirst: Bool
  }

  init(_ field: JSONField) throws(InputError) {
    let typeField = try field.required("type")
    switch try typeField.string() {
    case "Sequence":
      var parts: [PreTokenizer] = []
      for element in try field.required("pretokenizers").elements() {
        parts.append(try PreTokenizer(element))
      }
      self = .sequence(parts)
    case "Digits":
      self = .digits(individual: try field.optional("individual_digits")?.bool() ?? false)
    case "ByteLevel":
      self = .byteLevel(
        addPrefixSpace: try field.optional("add_prefix_space")?.bool() ?? true,
        usesRegex: try field.optional("use_regex")?.bool() ?? true)
    case "Split": self = .split(try Self.pattern(field))
    case "Metaspace": self = try Self.metaspace(field)
    case let type:
      throw typeField.error(
        "pre-tokenizer \"\(type)\" is not supported; ByteLevel, Digits, Metaspace, Sequence and "
          + "Split are")
    }
  }

  private static func pattern(_ field: JSONField) throws(InputError) -> SplitPattern {
    let patternField = try field.required("pattern")
    guard let regexField = try patternField.optional("Regex") else {
      throw patternField.error("only a pattern {\"Regex\": …} is supported")
    }
    let expression = try regexField.string()
    guard let pattern = SplitPattern.allCases.first(where: { $0.expression == expression }) else {
      throw regexField.error("the pattern \(expression) is not supported")
    }
    let behavior = try field.required("behavior")
    guard try behavior.string() == "Isolated" else {
      throw behavior.error("\"\(try behavior.string())\" is not supported; Isolated is")
    }
    if let invert = try field.optional("invert"), try invert.bool() {
      throw invert.error("inverted patterns are not supported")
    }
    return pattern
  }

  private static func metaspace(_ field: JSONField) throws(InputError) -> PreTokenizer {
    let replacement = try field.optional("replacement")
    let scalars = Array((try replacement?.string() ?? "▁").unicodeScalars)
    guard scalars.count == 1 else {
      throw (replacement ?? field).error("expected one character")
    }
    let prepends: Prepending
    if let scheme = try field.optional("prepend_scheme") {
      switch try scheme.string() {
      case "always": prepends = .always
      case "first": prepends = .first
      case "never": prepends = .never
      case let other: throw scheme.error("\"\(other)\" is not always, first or never")
      }
    } else {
      prepends = try field.optional("add_prefix_space")?.bool() ?? true ? .always : .never
    }
    return .metaspace(
      replacement: scalars[0], prepends: prepends,
      splits: try field.optional("split")?.bool() ?? true)
  }

  /// Cuts a piece further.
  func split(_ piece: Piece) -> [Piece] {
    switch self {
    case .sequence(let parts):
      return parts.reduce([piece]) { pieces, part in pieces.flatMap(part.split) }
    case .digits(let individual):
      return pieces(piece, Self.digitRuns(piece.scalars[...], individual: individual))
    case .split(let pattern):
      return pieces(piece, pattern.split(piece.scalars[...]))
    case .byteLevel(let addPrefixSpace, let usesRegex):
      var scalars = piece.scalars
      if addPrefixSpace, scalars.first != " " { scalars.insert(" ", at: 0) }
      let parts = usesRegex ? SplitPattern.gpt2.split(scalars[...]) : [scalars[...]]
      return pieces(piece, parts).map { part in
        let bytes = String(String.UnicodeScalarView(part.scalars)).utf8
        return Piece(scalars: ByteLevelAlphabet.encode(bytes), isFirst: part.isFirst)
      }
    case .metaspace(let replacement, let prepends, let splits):
      var scalars = piece.scalars.map { $0 == " " ? replacement : $0 }
      let wanted = prepends == .always || (prepends == .first && piece.isFirst)
      if wanted, scalars.first != replacement { scalars.insert(replacement, at: 0) }
      guard splits else { return [Piece(scalars: scalars, isFirst: piece.isFirst)] }
      var starts = scalars.indices.filter { $0 == 0 || scalars[$0] == replacement }
      starts.append(scalars.count)
      return pieces(piece, zip(starts, starts.dropFirst()).map { scalars[$0..<$1] })
    }
  }

  private func pieces(_ whole: Piece, _ parts: [ArraySlice<Unicode.Scalar>]) -> [Piece] {
    parts.enumerated().map { index, part in
      Piece(scalars: Array(part), isFirst: whole.isFirst && index == 0)
    }
  }

  /// Numbers apart from the rest, one by one or run by run.
  private static func digitRuns(
    _ text: ArraySlice<Unicode.Scalar>, individual: Bool
  ) -> [ArraySlice<Unicode.Scalar>] {
    var parts: [ArraySlice<Unicode.Scalar>] = []
    var start = text.startIndex
    for index in text.indices.dropFirst() {
      let number = text[index].isNumber
      if number != text[index - 1].isNumber || (number && individual) {
        parts.append(text[start..<index])
        start = index
      }
    }
    if start < text.endIndex { parts.append(text[start...]) }
    return parts
  }
}
