import Files

/// Prompts and where they come from.
public struct PromptSet: Hashable, Sendable {
  /// A file's path, or `built-in`.
  public var source: String
  /// The prompts, at least one, in order.
  public var prompts: [Prompt]
  /// What each prompt is called in its source (`line 3`), for errors.
  public var names: [String]
  /// Whether prompts that a model's context has no room for are left out, not refused: right for
  /// prompts that the user cannot shorten.
  public var leavesOutLongPrompts = false

  /// Collects prompts; they are called `prompt 1` and so on unless given.
  public init(source: String, prompts: [Prompt], names: [String]? = nil) {
    precondition(!prompts.isEmpty && names?.count ?? prompts.count == prompts.count)
    self.source = source
    self.prompts = prompts
    self.names = names ?? prompts.indices.map { "prompt \($0 + 1)" }
  }

  /// Reads a prompts file: JSONL, one `{"prompt": "…"}` or `{"messages": […]}` per line, each
  /// with a `"kind"` or without; blank lines are skipped. A file with the ending .json may also be
  /// an array of them.
  ///
  /// - Throws: with the line's number, where a line is none of these; where there is no prompt.
  public init(file path: String) throws(InputError) {
    try self.init(bytes: try readFile(path), file: path)
  }

  /// Whether a file's ending says that it is a prompts file, in whatever case.
  public static func isPromptsFile(_ path: String) -> Bool {
    let name = path.lowercased()
    return [".jsonl", ".ndjson", ".json"].contains { name.hasSuffix($0) }
  }

  /// A `.json` file that is one JSON value: an array of prompts, or a single one. Nil where it is
  /// not, and may have one on each line.
  private init?(json bytes: [UInt8], file path: String) throws(InputError) {
    guard path.lowercased().hasSuffix(".json"), let json = try? JSON(parsing: bytes, file: path)
    else { return nil }
    let field = JSONField(json, file: path)
    guard case .array = json else {
      self.init(source: path, prompts: [try Prompt(field)])
      return
    }
    let elements = try field.elements()
    guard !elements.isEmpty else { throw field.error("the file has no prompts") }
    var prompts: [Prompt] = []
    for element in elements { prompts.append(try Prompt(element)) }
    self.init(source: path, prompts: prompts)
  }

  init(bytes: [UInt8], file path: String) throws(InputError) {
    if let whole = try PromptSet(json: bytes, file: path) {
      self = whole
      return
    }
    var prompts: [Prompt] = []
    var names: [String] = []
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      guard line.contains(where: { !Self.isSpace($0) }) else { continue }
      let number = index + 1
      guard line.count <= Self.lineLimit else {
        throw InputError(
          file: path, field: "line \(number)",
          "the line has \(line.count) bytes, more than the \(Self.lineLimit) that a prompt may have"
        )
      }
      let json = try JSON(parsing: line, file: path, firstLine: number)
      let field = JSONField(json, file: path, path: "line \(number)")
      guard case .object = json else { throw field.mismatch("an object") }
      prompts.append(try Prompt(field))
      names.append("line \(number)")
    }
    guard !prompts.isEmpty else {
      throw InputError(
        file: path, "the file has no prompts; write one {\"prompt\": \"…\"} on each line")
    }
    self.init(source: path, prompts: prompts, names: names)
  }

  /// Four million tokens, about: beyond what models' contexts hold.
  private static let lineLimit = 16 << 20

  /// White space, and the bytes of a byte-order mark.
  private static func isSpace(_ byte: UInt8) -> Bool {
    [0x20, 0x09, 0x0D, 0xEF, 0xBB, 0xBF].contains(byte)
  }
}
