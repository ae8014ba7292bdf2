import Files
import Statistics

/// Tokens that are found in the text as they are, before anything else is done to it.
struct AddedTokens: Sendable {
  struct Token: Sendable {
    let id: Int
    let content: [Unicode.Scalar]
    let isSingleWord: Bool
    let stripsLeft: Bool
    let stripsRight: Bool
    let isNormalized: Bool
    let isSpecial: Bool
  }

  /// A part of a text: an added token, or text to encode.
  enum Part {
    case token(Int)
    case text([Unicode.Scalar], isFirst: Bool)
  }

  let tokens: [Token]
  private let raw: [Unicode.Scalar: [Token]]
  private let normalized: [Unicode.Scalar: [Token]]

  init(_ field: JSONField?, normalizer: Normalizer?) throws(InputError) {
    var tokens: [Token] = []
    for element in try field?.elements() ?? [] {
      func flag(_ name: String) throws(InputError) -> Bool {
        try element.optional(name)?.bool() ?? false
      }
      let contentField = try element.required("content")
      let content = Array(try contentField.string().unicodeScalars)
      guard !content.isEmpty else { throw contentField.error("an added token without text") }
      tokens.append(
        Token(
          id: try element.required("id").integer(in: 0...(1 << 24)), content: content,
          isSingleWord: try flag("single_word"), stripsLeft: try flag("lstrip"),
          stripsRight: try flag("rstrip"), isNormalized: try flag("normalized"),
          isSpecial: try flag("special")))
    }
    self.tokens = tokens
    raw = Self.index(tokens.filter { !$0.isNormalized }) { $0.content }
    // A normalised token is looked for in normalised text, as its normalised self.
    normalized = Self.index(tokens.filter(\.isNormalized)) {
      normalizer?.apply($0.content) ?? $0.content
    }
  }

  /// Tokens by first character, longest first.
  private static func index(
    _ tokens: [Token], content: (Token) -> [Unicode.Scalar]
  ) -> [Unicode.Scalar: [Token]] {
    var index: [Unicode.Scalar: [Token]] = [:]
    for token in tokens {
      let text = content(token)
      guard let first = text.first else { continue }
      index[first, default: []].append(
        Token(
          id: token.id, content: text, isSingleWord: token.isSingleWord,
          stripsLeft: token.stripsLeft, stripsRight: token.stripsRight,
          isNormalized: token.isNormalized, isSpecial: token.isSpecial))
    }
    return index.mapValues { $0.stableSorted { $0.content.count > $1.content.count } }
  }

  /// Cuts a text at its added tokens; the text between is normalised.
  func split(_ text: [Unicode.Scalar], normalizer: Normalizer?) -> [Part] {
    Self.split(text, at: raw, isFirst: true).flatMap { part -> [Part] in
      guard case .text(let scalars, let isFirst) = part else { return [part] }
      return Self.split(normalizer?.apply(scalars) ?? scalars, at: normalized, isFirst: isFirst)
    }
  }

  private static func split(
    _ text: [Unicode.Scalar], at index: [Unicode.Scalar: [Token]], isFirst: Bool
  ) -> [Part] {
    guard !index.isEmpty else { return text.isEmpty ? [] : [.text(text, isFirst: isFirst)] }
    var parts: [Part] = []
    var textStart = 0
    var position = 0
    while position < text.count {
      guard let token = match(text, position, index[text[position]] ?? []) else {
        position += 1
        continue
      }
      var begin = position
      var end = position + token.content.count
      if token.stripsLeft {
        while begin > textStart, text[begin - 1].isSpace { begin -= 1 }
      }
      if token.stripsRight {
        while end < text.count, text[end].isSpace { end += 1 }
      }
      if begin > textStart {
        parts.append(.text(Array(text[textStart..<begin]), isFirst: isFirst && textStart == 0))
      }
      parts.append(.token(token.id))
      textStart = end
      position = end
    }
    if textStart < text.count {
      parts.append(.text(Array(text[textStart...]), isFirst: isFirst && textStart == 0))
    }
    return parts
  }

  /// The longest token here. Where that one must be a single word and is not, none is: the search
  /// has passed over this text then.
  private static func match(
    _ text: [Unicode.Scalar], _ position: Int, _ candidates: [Token]
  ) -> Token? {
    guard let token = candidates.first(where: { text[position...].starts(with: $0.content) })
    else { return nil }
    if token.isSingleWord {
      let end = position + token.content.count
      if position > 0, text[position - 1].isWord { return nil }
      if end < text.count, text[end].isWord { return nil }
    }
    return token
  }
}
