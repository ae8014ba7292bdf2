import Files

/// How text between added tokens is cut into pieces before BPE: steps, one after the other.
struct PreTokenizer: Sendable {
  enum Step: Sendable {
    case split(SplitRule)
    case metaspace(replacement: [UInt8], prepends: Prepending)
    /// A space before each piece that has none.
    case prefixSpace
    /// Bytes become the characters of a byte-level vocabulary.
    case byteLevel
  }

  /// When a metaspace goes before a piece.
  enum Prepending: Sendable {
    case always, first, never
  }

  private(set) var steps: [Step] = []
  /// Whether the last step writes bytes as characters: then the model may know words by their bytes.
  private(set) var endsInBytes = false

  /// Whether pieces are as long as the text between added tokens, or as the text between spaces:
  /// Gemma cuts there, when its normalizer has left none.
  var isWhole: Bool {
    !endsInBytes
      && steps.allSatisfy {
        switch $0 {
        case .metaspace: true
        case .split(let rule): rule.isOfSpaces
        case .prefixSpace, .byteLevel: false
        }
      }
  }

  /// - Parameter growth: what the normaliser may do already.
  init(_ field: JSONField?, growth: inout Growth) throws(InputError) {
    if let field { try read(field, depth: 0, &growth) }
    if case .byteLevel? = steps.last {
      steps.removeLast()
      endsInBytes = true
    }
  }

  private mutating func read(
    _ field: JSONField, depth: Int, _ growth: inout Growth
  ) throws(InputError) {
    guard depth < 10 else { throw field.error("sequences within sequences without end") }
    let typeField = try field.required("type")
    let type = try typeField.string()
    try growth.add(times: type == "ByteLevel" ? 2 : 1, field)
    switch type {
    case "Sequence":
      for element in try field.required("pretokenizers").elements() {
        try read(element, depth: depth + 1, &growth)
      }
    case "Split": steps.append(.split(try SplitRule(field)))
    case "Digits":
      let isIndividual = try field.optional("individual_digits")?.bool() ?? false
      steps.append(
        .split(
          try SplitRule(
            UnicodeClasses.number, isIndividual ? .isolated : .contiguous, field: field)))
    case "Punctuation":
      let behavior = try field.optional("behavior")
      steps.append(
        .split(
          try SplitRule(
            UnicodeClasses.punctuation,
            try behavior.map { field throws(InputError) in try SplitRule.behavior(field) }
              ?? .isolated,
            field: field)))
    case "Whitespace":
      steps.append(.split(try SplitRule(words: field)))
    case "WhitespaceSplit":
      steps.append(.split(try SplitRule(UnicodeClasses.space, .removed, field: field)))
    case "BertPreTokenizer":
      steps.append(.split(try SplitRule(UnicodeClasses.space, .removed, field: field)))
      steps.append(.split(try SplitRule(UnicodeClasses.punctuation, .isolated, field: field)))
    case "CharDelimiterSplit":
      let delimiter = try field.required("delimiter")
      let scalars = Array(try delimiter.string().unicodeScalars)
      guard scalars.count == 1 else { throw delimiter.error("expected one character") }
      steps.append(.split(try SplitRule(ScalarSet(scalars[0]), .removed, field: field)))
    case "ByteLevel":
      if try field.optional("add_prefix_space")?.bool() ?? true { steps.append(.prefixSpace) }
      if try field.optional("use_regex")?.bool() ?? true {
        let program = try SplitRule.expression(Self.gpt2, field: field)
        steps.append(.split(SplitRule(program, .isolated)))
      }
      steps.append(.byteLevel)
    case "Metaspace": try readMetaspace(field)
    default:
      throw typeField.error(
        "pre-tokenizer \"\(type)\" is not supported; ByteLevel, Digits, Metaspace, Punctuation, "
          + "Sequence, Split, Whitespace and some others are")
    }
  }

  /// What `ByteLevel` splits by: GPT-2's expression.
  static let gpt2 = #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#

  private mutating func readMetaspace(_ field: JSONField) throws(InputError) {
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
    steps.append(.metaspace(replacement: Array(String(scalars[0]).utf8), prepends: prepends))
    if try field.optional("split")?.bool() ?? true {
      steps.append(.split(try SplitRule(ScalarSet(scalars[0]), .mergedWithNext, field: field)))
    }
  }

  /// Cuts before each run of a character, besides what the file says. Only for a model in which no
  /// token has that character behind another one: the ids stay the same, and words are short.
  ///
  /// - Parameter aroundLineEnds: cut there too, where no token has a line's end.
  mutating func cutBeforeRuns(of scalar: Unicode.Scalar, aroundLineEnds: Bool) {
    let ends = aroundLineEnds ? ScalarSet("\n") : ScalarSet()
    let others = RegexSyntax.set(ScalarSet(scalar).union(ends).inverted)
    func run(_ syntax: RegexSyntax, _ least: Int) -> RegexSyntax {
      .repetition(syntax, least...least, isUnbounded: true, isLazy: false)
    }
    let words: [RegexSyntax] = [
      .sequence([run(.set(ScalarSet(scalar)), 1), run(others, 0)]), run(others, 1),
    ]
    let parts = words + (aroundLineEnds ? [run(.set(ends), 1)] : [])
    guard let program = try? RegexProgram(.choice(parts)) else { return }
    steps.append(.split(SplitRule(program, .isolated)))
  }

  /// Matchers for the steps that need one.
  func matchers() -> [RegexMatcher?] {
    steps.map { if case .split(let rule) = $0 { RegexMatcher(rule.program) } else { nil } }
  }

  /// Cuts a text.
  func apply(_ pieces: inout Pieces, _ matchers: [RegexMatcher?]) {
    for (step, matcher) in zip(steps, matchers) {
      switch step {
      case .split(let rule):
        guard let matcher else { continue }
        pieces.cut { text, range, result in rule.cut(text, range, matcher, &result) }
      case .prefixSpace:
        // Nothing to do for a text that begins with a space and is in one piece.
        if pieces.pieces.count == 1, pieces.bytes[pieces.pieces[0].start] == 0x20 { continue }
        pieces.rewrite { piece, _, result in
          if piece.first != 0x20 { result.append(0x20) }
          result.append(contentsOf: piece)
        }
      case .byteLevel:
        pieces.rewrite { piece, _, result in ByteLevelAlphabet.write(piece, to: &result) }
      case .metaspace(let replacement, let prepends):
        pieces.rewrite { piece, isFirst, result in
          let wanted = prepends == .always || (prepends == .first && isFirst)
          if wanted, piece.first != 0x20, !piece.starts(with: replacement) {
            result.append(contentsOf: replacement)
          }
          for byte in piece {
            if byte == 0x20 { result.append(contentsOf: replacement) } else { result.append(byte) }
          }
        }
      }
    }
  }
}
