import Files
import Statistics

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
  private let raw: TokenIndex
  private let normalized: TokenIndex

  init(_ tokens: [Token], normalizer: Normalizer?) {
    self.tokens = tokens
    raw = TokenIndex(tokens.filter { !$0.isNormalized })
    // A normalised token is looked for in normalised text, as its normalised self.
    normalized = TokenIndex(
      tokens.filter(\.isNormalized).map { token in
        var token = token
        token.content = normalizer?.apply(token.content) ?? token.content
        return token
      })
  }

  /// Cuts a text at its added tokens; the text between is normalised.
  func split(_ text: [UInt8], normalizer: Normalizer?) -> [Part] {
    raw.split(text, isFirst: true).flatMap { part -> [Part] in
      guard case .text(let bytes, let isFirst) = part else { return [part] }
      return normalized.split(normalizer?.apply(bytes) ?? bytes, isFirst: isFirst)
    }
  }
}

/// Added tokens by their first byte, the longest first.
private struct TokenIndex: Sendable {
  private var byFirst: [[AddedTokens.Token]] = Array(repeating: [], count: 256)
  private var isEmpty = true

  init(_ tokens: [AddedTokens.Token]) {
    for token in tokens {
      guard let first = token.content.first else { continue }
      isEmpty = false
      byFirst[Int(first)].append(token)
    }
    byFirst = byFirst.map { $0.stableSorted { $0.content.count > $1.content.count } }
  }

  func split(_ text: [UInt8], isFirst: Bool) -> [AddedTokens.Part] {
    guard !isEmpty else { return text.isEmpty ? [] : [.text(text, isFirst: isFirst)] }
    var parts: [AddedTokens.Part] = []
    var textStart = 0
    var position = 0
    while position < text.count {
      let candidates = byFirst[Int(text[position])]
      guard !candidates.isEmpty,
        let token = candidates.first(where: { text[position...].starts(with: $0.content) })
      else {
        position += 1
        continue
      }
      // The search goes on behind what it has found, whatever becomes of it.
      var begin = position
      var end = position + token.content.count
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
    func continues(_ value: UInt32?) -> Bool { value.map(UnicodeClasses.word.contains) ?? false }
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
