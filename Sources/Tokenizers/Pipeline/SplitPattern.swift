/// The closed list of regular expressions by which byte-level tokenizers cut text, each with a
/// hand-written scanner. Alternatives are tried in the order of the expression.
enum SplitPattern: CaseIterable, Sendable {
  /// GPT-2, and `ByteLevel` with `use_regex`.
  case gpt2
  /// Llama 3: contractions in any case, up to three digits, newlines after punctuation.
  case llama3
  /// Qwen 2: Llama 3's with single digits.
  case qwen2

  /// The expression as files write it.
  var expression: String {
    switch self {
    case .gpt2:
      #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#
    case .llama3: Self.modern("{1,3}")
    case .qwen2: Self.modern("")
    }
  }

  private static func modern(_ digits: String) -> String {
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"# + digits
      + #"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
  }

  /// The pieces of a text; together they are the text.
  func split(_ text: ArraySlice<Unicode.Scalar>) -> [ArraySlice<Unicode.Scalar>] {
    var pieces: [ArraySlice<Unicode.Scalar>] = []
    var start = text.startIndex
    while start < text.endIndex {
      let end = max(start + 1, self == .gpt2 ? gpt2End(text, start) : modernEnd(text, start))
      pieces.append(text[start..<end])
      start = end
    }
    return pieces
  }

  private typealias Text = ArraySlice<Unicode.Scalar>

  private func run(_ text: Text, _ from: Int, while test: (Unicode.Scalar) -> Bool) -> Int {
    var end = from
    while end < text.endIndex, test(text[end]) { end += 1 }
    return end
  }

  private func isSymbol(_ scalar: Unicode.Scalar) -> Bool {
    !scalar.isSpace && !scalar.isLetter && !scalar.isNumber
  }

  /// `'s|'t|'re|'ve|'m|'ll|'d`
  private func contraction(_ text: Text, _ start: Int, anyCase: Bool) -> Int? {
    guard text[start] == "'", start + 1 < text.endIndex else { return nil }
    func letter(_ index: Int) -> Unicode.Scalar? {
      guard index < text.endIndex else { return nil }
      let scalar = text[index]
      guard anyCase else { return scalar }
      // The long s folds to s; nothing else outside ASCII folds to these letters.
      if scalar == "\u{17F}" { return "s" }
      return (65...90).contains(scalar.value) ? Unicode.Scalar(scalar.value + 32) : scalar
    }
    switch (letter(start + 1), letter(start + 2)) {
    case ("s", _), ("t", _), ("m", _), ("d", _): return start + 2
    case ("r", "e"), ("v", "e"), ("l", "l"): return start + 3
    default: return nil
    }
  }

  /// `\s+(?!\S)|\s+`: a run of spaces leaves its last one to what follows.
  private func spaceEnd(_ text: Text, _ start: Int) -> Int {
    let end = run(text, start, while: \.isSpace)
    return end < text.endIndex && end - start > 1 ? end - 1 : end
  }

  private func gpt2End(_ text: Text, _ start: Int) -> Int {
    if let end = contraction(text, start, anyCase: false) { return end }
    let body = text[start] == " " && start + 1 < text.endIndex ? start + 1 : start
    for test in [\Unicode.Scalar.isLetter, \.isNumber] where text[body][keyPath: test] {
      return run(text, body) { $0[keyPath: test] }
    }
    if isSymbol(text[body]) { return run(text, body, while: isSymbol) }
    return spaceEnd(text, start)
  }

  private func modernEnd(_ text: Text, _ start: Int) -> Int {
    if let end = contraction(text, start, anyCase: true) { return end }
    let first = text[start]
    if first.isLetter { return run(text, start, while: \.isLetter) }
    if !first.isNewline, !first.isNumber, start + 1 < text.endIndex, text[start + 1].isLetter {
      return run(text, start + 1, while: \.isLetter)
    }
    if first.isNumber {
      return min(run(text, start, while: \.isNumber), start + (self == .llama3 ? 3 : 1))
    }
    let body = first == " " && start + 1 < text.endIndex ? start + 1 : start
    if isSymbol(text[body]) {
      return run(text, run(text, body, while: isSymbol), while: \.isNewline)
    }
    // \s*[\r\n]+ ends with the last newline of the run of spaces.
    let end = run(text, start, while: \.isSpace)
    if let newline = text[start..<end].lastIndex(where: \.isNewline) { return newline + 1 }
    return spaceEnd(text, start)
  }
}
