/// A GGUF file taken apart, to be put together again otherwise.
struct GGUFPieces: Sendable {
  /// A value with its type's number.
  indirect enum Value: Sendable {
    case number(kind: UInt32, bytes: [UInt8])
    case string([UInt8])
    case array(kind: UInt32, [Value])

    var kind: UInt32 {
      switch self {
      case .number(let kind, _): kind
      case .string: GGUFPieces.string
      case .array: GGUFPieces.array
      }
    }
  }

  struct Field: Sendable {
    var key: [UInt8]
    var value: Value
  }

  struct Tensor: Sendable {
    var name: [UInt8]
    var sizes: [UInt64]
    var type: UInt32
    var offset: UInt64
  }

  var fields: [Field] = []
  var tensors: [Tensor] = []
  /// What tensors' offsets count in.
  var data: [UInt8] = []
  /// Where the data begin at a multiple of.
  var alignment = 32

  static let string: UInt32 = 8
  static let array: UInt32 = 9

  /// Bytes of a kind's number; nil for strings and arrays.
  static func width(_ kind: UInt32) -> Int? {
    [0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8][kind]
  }

  /// Takes a file of the standard alignment apart; nil where it is none.
  init?(_ file: [UInt8]) {
    var source = Source(rest: file[...])
    guard source.bytes(8) != nil, let tensorCount = source.number(8),
      let fieldCount = source.number(8)
    else { return nil }
    for _ in 0..<fieldCount {
      guard let key = source.string(), let kind = source.number(4),
        let value = source.value(UInt32(kind))
      else { return nil }
      fields.append(Field(key: key, value: value))
    }
    for _ in 0..<tensorCount {
      guard let name = source.string(), let count = source.number(4) else { return nil }
      var sizes: [UInt64] = []
      for _ in 0..<count {
        guard let size = source.number(8) else { return nil }
        sizes.append(size)
      }
      guard let type = source.number(4), let offset = source.number(8) else { return nil }
      tensors.append(Tensor(name: name, sizes: sizes, type: UInt32(type), offset: offset))
    }
    let start = (file.count - source.rest.count + alignment - 1) / alignment * alignment
    data = Array(file.dropFirst(start))
  }

  private struct Source {
    var rest: ArraySlice<UInt8>

    mutating func bytes(_ count: Int) -> [UInt8]? {
      guard 0...rest.count ~= count else { return nil }
      defer { rest = rest.dropFirst(count) }
      return Array(rest.prefix(count))
    }

    mutating func number(_ width: Int) -> UInt64? {
      bytes(width)?.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    mutating func string() -> [UInt8]? {
      number(8).flatMap { bytes(Int(truncatingIfNeeded: $0)) }
    }

    /// A value, with no more than a few arrays in arrays: it is followed recursively.
    mutating func value(_ kind: UInt32, depth: Int = 0) -> Value? {
      if let width = GGUFPieces.width(kind) {
        return bytes(width).map { .number(kind: kind, bytes: $0) }
      }
      guard kind == GGUFPieces.array else { return string().map { .string($0) } }
      guard depth < 100, let element = number(4), let count = number(8)
      else { return nil }
      var values: [Value] = []
      for _ in 0..<count {
        guard let value = value(UInt32(element), depth: depth + 1) else { return nil }
        values.append(value)
      }
      return .array(kind: UInt32(element), values)
    }
  }
}
