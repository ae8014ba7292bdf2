import Files

/// A file taken apart as its document is, to be changed and put together again.
enum Parts: Sendable {
  case json(JSON)
  case lines([JSON])
  case safetensors(JSON, [UInt8])
  case gguf(GGUFPieces)
  case text([UInt8])

  /// Takes a file apart, which may be a damaged one.
  init(_ file: [UInt8], as document: Document) throws(InputError) {
    switch document {
    case .json: self = .json(try JSON(parsing: file, file: "seed"))
    case .lines:
      var lines: [JSON] = []
      for line in file.split(separator: UInt8(ascii: "\n")) {
        lines.append(try JSON(parsing: line, file: "seed"))
      }
      self = .lines(lines)
    case .safetensors:
      let length = file.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      guard file.count >= 8, length <= UInt64(file.count - 8) else {
        throw InputError(file: "seed", "has no header")
      }
      let end = 8 + Int(length)
      self = .safetensors(
        try JSON(parsing: file[8..<end], file: "seed"), Array(file[end...]))
    case .gguf:
      guard let pieces = GGUFPieces(file) else { throw InputError(file: "seed", "is no GGUF file") }
      self = .gguf(pieces)
    case .text: self = .text(file)
    }
  }

  /// The JSON values in it.
  var values: [JSON] {
    switch self {
    case .json(let value), .safetensors(let value, _): [value]
    case .lines(let lines): lines
    case .gguf, .text: []
    }
  }
}
