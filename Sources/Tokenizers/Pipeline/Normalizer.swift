import Files

/// What happens to text between added tokens before it is cut into pieces.
indirect enum Normalizer: Sendable {
  case sequence([Normalizer])
  case form(NormalForm)
  case lowercase
  /// Bytes become the characters of a byte-level vocabulary.
  case byteLevel
  case strip(left: Bool, right: Bool)
  case prepend([UInt8])
  case replace([UInt8], with: [UInt8])
  case replaceMatches(RegexProgram, with: [UInt8])
  case clean(Cleaning)
  case charsmap(Charsmap)

  init(_ field: JSONField, depth: Int = 0, growth: inout Growth) throws(InputError) {
    guard depth < 10 else { throw field.error("sequences within sequences without end") }
    let typeField = try field.required("type")
    switch try typeField.string() {
    case "Sequence":
      var parts: [Normalizer] = []
      for element in try field.required("normalizers").elements() {
        parts.append(try Normalizer(element, depth: depth + 1, growth: &growth))
      }
      self = .sequence(parts)
    case let type where NormalForm(rawValue: type) != nil:
      self = .form(NormalForm(rawValue: type) ?? .nfc)
    case "Lowercase": self = .lowercase
    case "Nmt": self = .clean(.nmt)
    case "StripAccents": self = .clean(.marks)
    case "BertNormalizer":
      let parts = try Cleaning.bert(field)
      for part in parts { try growth.add(times: part.times, field) }
      self = .sequence(parts)
    case "Precompiled":
      self = .charsmap(try Charsmap(try field.required("precompiled_charsmap")))
    case "ByteLevel": self = .byteLevel
    case "Strip":
      self = .strip(
        left: try field.optional("strip_left")?.bool() ?? true,
        right: try field.optional("strip_right")?.bool() ?? true)
    case "Prepend":
      self = .prepend(try field.required("prepend").string().byteString)
    case "Replace":
      let pattern = try field.required("pattern")
      let content = try field.required("content").string().byteString
      if case .object = pattern.value, try pattern.optional("Regex") != nil {
        self = .replaceMatches(try SplitRule.pattern(pattern), with: content)
      } else {
        let text = try pattern.required("String")
        guard try !text.string().isEmpty else { throw text.error("an empty pattern") }
        self = .replace(try text.string().byteString, with: content)
      }
    case let type:
      throw typeField.error(
        "normalizer \"\(type)\" is not supported; BertNormalizer, ByteLevel, Lowercase, NFC, NFD, "
          + "NFKC, NFKD, Nmt, Precompiled, Prepend, Replace, Sequence, Strip and StripAccents are")
    }
    try growth.add(times: times, field)
  }

  /// How many bytes come of one, at most. What is added once does not count.
  private var times: Int {
    switch self {
    case .sequence, .strip, .prepend: 1
    // U+FDFA's three bytes are thirty-three in compatibility forms.
    case .form(let form): form == .nfkc || form == .nfkd ? 11 : 3
    case .byteLevel, .lowercase: 2
    // Spaces around a character of three bytes.
    case .clean(let cleaning): cleaning == .chinese ? 2 : 1
    case .charsmap(let charsmap): charsmap.longest
    case .replace(let pattern, let content): Growth.factor(replacing: pattern, with: content)
    // Nothing may match too, at every place.
    case .replaceMatches(_, let content): content.count + 1
    }
  }

  func apply(_ text: [UInt8]) -> [UInt8] {
    switch self {
    case .sequence(let parts): return parts.reduce(text) { $1.apply($0) }
    case .form(let form):
      // Up to U+00FF only the compatibility forms and decompositions do anything, to ASCII nothing
      // does.
      if text.allSatisfy({ $0 < 0x80 }) { return text }
      return Array(form.apply(String(decoding: text, as: UTF8.self)).utf8)
    case .lowercase:
      var result: [UInt8] = []
      result.reserveCapacity(text.count)
      for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
        result.append(contentsOf: scalar.properties.lowercaseMapping.utf8)
      }
      return result
    case .byteLevel:
      var result: [UInt8] = []
      text.withUnsafeBufferPointer { ByteLevelAlphabet.write($0, to: &result) }
      return result
    case .strip(let left, let right):
      var scalars = Array(String(decoding: text, as: UTF8.self).unicodeScalars)[...]
      func isSpace(_ scalar: Unicode.Scalar) -> Bool { UnicodeClasses.space.contains(scalar.value) }
      if left { scalars = scalars.drop(while: isSpace) }
      if right { while let last = scalars.last, isSpace(last) { scalars.removeLast() } }
      return Array(String(String.UnicodeScalarView(scalars)).utf8)
    case .clean(let cleaning): return cleaning.apply(text)
    case .charsmap(let charsmap): return charsmap.apply(text)
    case .prepend(let prefix): return text.isEmpty ? text : prefix + text
    case .replace(let pattern, let content): return text.replacing(pattern, with: content)
    case .replaceMatches(let program, let content):
      var result: [UInt8] = []
      var last = 0
      text.withUnsafeBufferPointer { bytes in
        RegexMatcher(program).forEachMatch(bytes, 0..<bytes.count) { start, end in
          result.append(contentsOf: bytes[last..<start])
          result.append(contentsOf: content)
          last = end
        }
      }
      result.append(contentsOf: text[last...])
      return result
    }
  }
}

extension [UInt8] {
  /// Every occurrence of `pattern`, from the left, replaced.
  func replacing(_ pattern: [UInt8], with content: [UInt8]) -> [UInt8] {
    guard let first = pattern.first else { return self }
    var result: [UInt8] = []
    result.reserveCapacity(count + count / 4)
    withUnsafeBufferPointer { text in
      var kept = 0
      var index = 0
      while index < text.count {
        if text[index] == first, pattern.count <= text.count - index,
          pattern.count == 1 || text[index..<index + pattern.count].elementsEqual(pattern)
        {
          result.append(contentsOf: UnsafeBufferPointer(rebasing: text[kept..<index]))
          for byte in content { result.append(byte) }
          index += pattern.count
          kept = index
        } else {
          index += 1
        }
      }
      result.append(contentsOf: UnsafeBufferPointer(rebasing: text[kept...]))
    }
    return result
  }
}
