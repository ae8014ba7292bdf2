import Files

/// A model's tokens: text to id and back.
struct Vocabulary: Sendable {
  private(set) var ids: ByteTable
  /// The text of each id.
  private(set) var texts: [ByteString?] = []

  /// Far above any vocabulary, and safe in the packed pair of a merge.
  static let maximumID = 1 << 24

  init(ids: ByteTable, texts: [ByteString?]) {
    self.ids = ids
    self.texts = texts
  }

  init(_ file: TokenizerFile) throws(InputError) {
    guard let range = file.vocabulary else {
      // Absent, or no object.
      let field = try file.root.required("model").required("vocab")
      throw field.mismatch("an object")
    }
    ids = ByteTable(capacity: range.count / 24)
    var problem: (key: String, text: String)?
    var highest = -1
    let isRead = file.bytes.withUnsafeBufferPointer { bytes -> Bool in
      var raw = RawJSON(bytes, at: range.lowerBound)
      let whole = UnsafeBufferPointer(rebasing: bytes[range])
      guard String(validating: whole, as: UTF8.self) != nil, raw.takes("{") else { return false }
      if raw.takes("}") { return true }
      repeat {
        guard let (keyRange, hasEscapes) = raw.rawString(), raw.takes(":") else { return false }
        let value = raw.integer()
        let isValid: Void? = raw.text(keyRange, hasEscapes) { text in
          guard let value, (0...Self.maximumID).contains(value) else {
            problem =
              problem ?? (
                String(decoding: text, as: UTF8.self),
                "expected an integer from 0 to \(Self.maximumID)"
              )
            return
          }
          if ids.insert(text, Int32(value)) != nil {
            problem =
              problem ?? (
                String(decoding: text, as: UTF8.self), "the token is in the vocabulary twice"
              )
          }
          highest = max(highest, value)
        }
        guard isValid != nil else { return false }
        if value == nil, raw.skipValue() == nil { return false }
      } while raw.takes(",")
      return raw.takes("}") && raw.position == range.upperBound
    }
    guard isRead else { throw try file.error("vocab") }
    if let problem {
      throw InputError(file: file.path, field: "model.vocab.\(problem.key)", problem.text)
    }
    // Memory in proportion to the file.
    guard highest < 8 * ids.count + 65_536 else {
      throw InputError(
        file: file.path, field: "model.vocab",
        "the id \(highest) is far beyond the \(ids.count) tokens")
    }
    var texts = [ByteString?](repeating: nil, count: highest + 1)
    var twice: (Int, ByteString)?
    ids.forEach { text, id in
      if texts[Int(id)] != nil { twice = twice ?? (Int(id), text) }
      texts[Int(id)] = text
    }
    if let (id, text) = twice {
      throw InputError(
        file: file.path, field: "model.vocab.\(String(decoding: text, as: UTF8.self))",
        "the id \(id) is in the vocabulary twice")
    }
    self.texts = texts
  }

  func id(_ text: some Collection<UInt8>) -> Int? { ids.value(text).map(Int.init) }
}
