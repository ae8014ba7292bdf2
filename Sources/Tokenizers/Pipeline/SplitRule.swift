import Files

/// A cut at what an expression finds.
struct SplitRule: Sendable {
  let program: RegexProgram
  let behavior: SplitBehavior
  /// Whether what lies between counts as found.
  let isInverted: Bool
  /// Whether the file says no more than to cut at spaces.
  private(set) var isOfSpaces = false

  init(_ program: RegexProgram, _ behavior: SplitBehavior, isInverted: Bool = false) {
    self.program = program
    self.behavior = behavior
    self.isInverted = isInverted
  }

  /// A cut at every scalar of a set.
  init(
    _ set: ScalarSet, _ behavior: SplitBehavior, field: JSONField
  ) throws(InputError) {
    self.init(
      try Self.compile(field) { () throws(RegexProblem) in try RegexProgram(.set(set)) }, behavior)
  }

  /// A cut into words and runs of what is neither of words nor white.
  init(words field: JSONField) throws(InputError) {
    let word = UnicodeClasses.wordPart
    let runs = [word, word.union(UnicodeClasses.space).inverted].map {
      RegexSyntax.repetition(.set($0), 1...1, isUnbounded: true, isLazy: false)
    }
    let program = try Self.compile(field) { () throws(RegexProblem) in
      try RegexProgram(.choice(runs))
    }
    self.init(program, .removed, isInverted: true)
  }

  init(_ field: JSONField) throws(InputError) {
    program = try Self.pattern(try field.required("pattern"))
    behavior = try Self.behavior(try field.required("behavior"))
    isInverted = try field.optional("invert")?.bool() ?? false
    if case .string(" ")? = try field.required("pattern").value["String"] { isOfSpaces = true }
  }

  /// `{"Regex": "…"}`, `{"String": "…"}`, or a string.
  static func pattern(_ field: JSONField) throws(InputError) -> RegexProgram {
    if case .object = field.value, let regex = try field.optional("Regex") {
      return try expression(try regex.string(), field: regex)
    }
    let text: JSONField
    if case .string = field.value { text = field } else { text = try field.required("String") }
    let literal = Array(try text.string().unicodeScalars)
    guard !literal.isEmpty else { throw text.error("an empty pattern") }
    return try compile(text) { () throws(RegexProblem) in try RegexProgram(literal: literal) }
  }

  static func expression(_ text: String, field: JSONField) throws(InputError) -> RegexProgram {
    try compile(field) { () throws(RegexProblem) in try RegexProgram(text) }
  }

  private static func compile(
    _ field: JSONField, _ body: () throws(RegexProblem) -> RegexProgram
  ) throws(InputError) -> RegexProgram {
    do throws(RegexProblem) {
      return try body()
    } catch {
      throw field.error("the regular expression is not supported: \(error.description)")
    }
  }

  static func behavior(_ field: JSONField) throws(InputError) -> SplitBehavior {
    guard let behavior = SplitBehavior(rawValue: try field.string()) else {
      throw field.error("\"\(try field.string())\" is no way to split")
    }
    return behavior
  }

  /// Cuts a piece.
  func cut(
    _ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ matcher: RegexMatcher,
    _ pieces: inout [Pieces.Piece]
  ) {
    // By far the most common, without a list between.
    if behavior == .isolated || (behavior == .removed && isInverted) {
      let keepsOthers = behavior == .isolated
      var last = range.lowerBound
      matcher.forEachMatch(text, range) { start, end in
        if keepsOthers, start > last { pieces.append(Pieces.Piece(start: last, end: start)) }
        if end > start { pieces.append(Pieces.Piece(start: start, end: end)) }
        last = end
      }
      if keepsOthers, last < range.upperBound {
        pieces.append(Pieces.Piece(start: last, end: range.upperBound))
      }
      return
    }
    var parts: [SplitBehavior.Part] = []
    var last = range.lowerBound
    func add(_ start: Int, _ end: Int, _ isMatch: Bool) {
      parts.append(SplitBehavior.Part(start: start, end: end, isMatch: isMatch != isInverted))
    }
    matcher.forEachMatch(text, range) { start, end in
      if start > last { add(last, start, false) }
      add(start, end, true)
      last = end
    }
    if last < range.upperBound { add(last, range.upperBound, false) }
    behavior.join(parts, into: &pieces)
  }
}
