import Files

/// Tokens that are found in the text as they are, before anything else is done to it.
struct AddedTokens: Sendable {
  struct Token: Sendable {
    let id: Int
    var content: [UInt8]
    let isSingleWord: Bool
    let stripsLeft: Bool
    let stripsRight: Bool
    let isNormalized: Bool
    let isSpecial: Bool

    init(_ field: JSONField, id: Int) throws(InputError) {
      func flag(_ name: String) throws(InputError) -> Bool {
        try field.optional(name)?.bool() ?? false
      }
      let contentField = try field.required("content")
      content = try contentField.string().byteString
      guard !content.isEmpty else { throw contentField.error("an added token without text") }
      self.id = id
      isSingleWord = try flag("single_word")
      stripsLeft = try flag("lstrip")
      stripsRight = try flag("rstrip")
      isNormalized = try flag("normalized")
      isSpecial = try flag("special")
    }
  }

  /// A part of a text: an added token, or text to encode.
  enum Part {
    case token(Int)
    case text([UInt8], isFirst: Bool)
  }

  let tokens: [Token]
  /// Those that are looked for in normalised text, as their normalised selves.
  let normalizedTokens: [Token]
  private let raw: TokenIndex
  private let normalized: TokenIndex

  init(_ tokens: [Token], normalizer: Normalizer?) {
    self.tokens = tokens
    raw = TokenIndex(tokens.filter { !$0.isNormalized })
    normalizedTokens = tokens.filter(\.isNormalized).map { token in
      var token = token
      token.content = normalizer?.apply(token.content) ?? token.content
      return token
    }
    normalized = TokenIndex(normalizedTokens)
  }

  /// Cuts a text at its added tokens; the text between is normalised.
  func split(_ text: [UInt8], normalizer: Normalizer?) -> [Part] {
    raw.split(text, isFirst: true).flatMap { part -> [Part] in
      guard case .text(let bytes, let isFirst) = part else { return [part] }
      return normalized.split(normalizer?.apply(bytes) ?? bytes, isFirst: isFirst)
    }
  }
}

/// Added tokens by their text, and the lengths that those with a first byte have, the longest
/// first: Gemma has thousands that begin with `<`.
private struct TokenIndex: Sendable {
  private var tokens: [AddedTokens.Token] = []
  private var numbers = ByteTable(capacity: 16)
  private var lengths: [[Int]] = Array(repeating: [], count: 256)

  init(_ tokens: [AddedTokens.Token]) {
    for token in tokens {
      guard let first = token.content.first, numbers.value(token.content) == nil else { continue }
      numbers.insert(token.content, Int32(self.tokens.count))
      self.tokens.append(token)
      lengths[Int(first)].append(token.content.count)
    }
    lengths = lengths.map { Array(Set($0)).sorted(by: >) }
  }

  /// The longest token that begins here.
  private func token(_ text: UnsafeBufferPointer<UInt8>, at position: Int) -> AddedTokens.Token? {
    for length in lengths[Int(text[position])] where length <= text.count - position {
      let content = UnsafeBufferPointer(rebasing: text[position..<position + length])
      if let number = numbers.value(content) { return tokens[Int(number)] }
    }
    return nil
  }

  /// Where the next token begins, from here on.
  private func next(_ text: [UInt8], from start: Int) -> (Int, AddedTokens.Token)? {
    text.withUnsafeBufferPointer { text in
      lengths.withUnsafeBufferPointer { lengths in
        for position in start..<text.count where !lengths[Int(text[position])].isEmpty {
          if let token = token(text, at: position) { return (position, token) }
        }
        return nil
      }
    }
  }

  func split(_ text: [UInt8], isFirst: Bool) -> [AddedTokens.Part] {
    guard !tokens.isEmpty else { return text.isEmpty ? [] : [.text(text, isFirst: isFirst)] }
    var parts: [AddedTokens.Part] = []
    var textStart = 0
    var position = 0
    while let (found, token) = next(text, from: position) {
      // The search goes on behind what it has found, whatever becomes of it.
      var begin = found
      var end = found + token.content.count
      position = end
      if token.isSingleWord, !Self.isWord(text, begin, end) { continue }
      if token.stripsLeft {
        begin = max(textStart, Self.spaceStart(text, before: begin))
      }
      if token.stripsRight { end = Self.spaceEnd(text, from: end) }
      if begin > textStart {
        parts.append(.text(Array(text[textStart..<begin]), isFirst: isFirst && textStart == 0))
      }
      parts.append(.token(token.id))
      textStart = end
    }
    if textStart < text.count {
      parts.append(.text(Array(text[textStart...]), isFirst: isFirst && textStart == 0))
    }
    return parts
  }

  /// Whether no word goes on before or behind.
  private static func isWord(_ text: [UInt8], _ begin: Int, _ end: Int) -> Bool {
    let before = scalarStart(text, before: begin).map { scalar(text, $0) }
    let after = end < text.count ? scalar(text, end) : nil
    func continues(_ value: UInt32?) -> Bool {
      value.map(UnicodeClasses.wordPart.contains) ?? false
    }
    return !continues(before) && !continues(after)
  }

  private static func scalarStart(_ text: [UInt8], before index: Int) -> Int? {
    guard index > 0 else { return nil }
    var start = index - 1
    while start > 0, text[start] & 0xC0 == 0x80 { start -= 1 }
    return start
  }

  private static func scalar(_ text: [UInt8], _ index: Int) -> UInt32 {
    let end = min(text.count, index + text[index].utf8Width)
    return String(decoding: text[index..<end], as: UTF8.self).unicodeScalars.first?.value ?? 0
  }

  private static func spaceStart(_ text: [UInt8], before index: Int) -> Int {
    var start = index
    while let previous = scalarStart(text, before: start),
      UnicodeClasses.space.contains(scalar(text, previous))
    { start = previous }
    return start
  }

  private static func spaceEnd(_ text: [UInt8], from index: Int) -> Int {
    var end = index
    while end < text.count, UnicodeClasses.space.contains(scalar(text, end)) {
      end += text[end].utf8Width
    }
    return end
  }
}
