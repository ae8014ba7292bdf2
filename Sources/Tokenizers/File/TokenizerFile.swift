import Files

/// A `tokenizer.json`, its large parts left as they are.
struct TokenizerFile {
  /// All but the model's vocabulary and merges.
  let root: JSONField
  let path: String
  let bytes: [UInt8]
  /// Where the vocabulary's object and the merges' array stand; nil where they are none.
  let vocabulary: Range<Int>?
  /// The same of a vocabulary that is an array of tokens and scores.
  let scoredVocabulary: Range<Int>?
  let merges: Range<Int>?

  /// Gemma 3's, with 262,144 tokens, has 33 MB.
  private static let byteLimit = 256 << 20

  init(_ path: String) throws(InputError) {
    try self.init(bytes: try readFile(path, limit: Self.byteLimit), path: path)
  }

  init(bytes: [UInt8], path: String) throws(InputError) {
    self.path = path
    self.bytes = bytes
    // In one walk: two over the model would be a third of the time that everything takes.
    let parts = bytes.withUnsafeBufferPointer { bytes -> [String: Range<Int>]? in
      var raw = RawJSON(bytes)
      if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { raw.position = 3 }
      var parts: [String: Range<Int>] = [:]
      let isRead: Void? = raw.members { key, raw in
        raw.skipSpace()
        guard key == "model", raw.peek == UInt8(ascii: "{") else { return raw.skipValue() != nil }
        parts = [:]
        return raw.members { key, raw in
          guard let range = raw.skipValue() else { return false }
          if key == "vocab" || key == "merges" { parts[key] = range }
          return true
        } != nil
      }
      return isRead == nil ? nil : parts
    }
    func part(_ name: String, _ open: Unicode.Scalar) -> Range<Int>? {
      guard let range = parts?[name], bytes[range.lowerBound] == UInt8(ascii: open) else {
        return nil
      }
      return range
    }
    vocabulary = part("vocab", "{")
    scoredVocabulary = part("vocab", "[")
    merges = part("merges", "[")
    var small: [UInt8] = []
    var last = 0
    let large = [(vocabulary, "{}"), (scoredVocabulary, "[]"), (merges, "[]")]
    for (range, empty) in large.compactMap({ part in part.0.map { ($0, part.1) } })
      .sorted(by: { $0.0.lowerBound < $1.0.lowerBound })
    {
      small += bytes[last..<range.lowerBound] + empty.utf8
      last = range.upperBound
    }
    small += bytes[last...]
    do throws(InputError) {
      root = JSONField(try JSON(parsing: small, file: path), file: path)
    } catch {
      // Its place is in the small text; the whole file's error has the right one.
      _ = try JSON(parsing: bytes, file: path)
      throw error
    }
  }

  /// The error of a part that is not what it should be.
  func error(_ part: String, at offset: Int? = nil) throws(InputError) -> InputError {
    _ = try JSON(parsing: bytes, file: path)
    return InputError(file: path, field: "model.\(part)", "the entries are not what they should be")
  }
}
