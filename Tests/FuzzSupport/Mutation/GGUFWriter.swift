/// Puts a GGUF file together and remembers where numbers stand that others depend on, so that lies
/// can take their place.
struct GGUFWriter {
  /// What a number says.
  enum Claim: CaseIterable {
    case version, count, length, kind, element, dimension, type, offset, value
  }

  /// Where a number stands, and its bytes.
  struct Mark {
    let offset: Int
    let width: Int
  }

  private(set) var bytes = Array("GGUF".utf8)
  private(set) var marks: [Claim: [Mark]] = [:]

  init(_ pieces: GGUFPieces) {
    number(3, 4, .version)
    number(UInt64(pieces.tensors.count), 8, .count)
    number(UInt64(pieces.fields.count), 8, .count)
    for field in pieces.fields {
      string(field.key)
      number(UInt64(field.value.kind), 4, .kind)
      value(field.value, .value)
    }
    for tensor in pieces.tensors {
      string(tensor.name)
      number(UInt64(tensor.sizes.count), 4, .count)
      for size in tensor.sizes { number(size, 8, .dimension) }
      number(UInt64(tensor.type), 4, .type)
      number(tensor.offset, 8, .offset)
    }
    let alignment = pieces.alignment
    let start = (bytes.count + alignment - 1) / alignment * alignment
    bytes += Array(repeating: 0, count: start - bytes.count) + pieces.data
  }

  private mutating func number(_ value: UInt64, _ width: Int, _ claim: Claim) {
    marks[claim, default: []].append(Mark(offset: bytes.count, width: width))
    for index in 0..<width { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * index))) }
  }

  private mutating func string(_ text: [UInt8]) {
    number(UInt64(text.count), 8, .length)
    bytes += text
  }

  private mutating func value(_ value: GGUFPieces.Value, _ claim: Claim) {
    switch value {
    case .number(_, let number):
      marks[claim, default: []].append(Mark(offset: bytes.count, width: number.count))
      bytes += number
    case .string(let text): string(text)
    case .array(let kind, let values):
      number(UInt64(kind), 4, .kind)
      number(UInt64(values.count), 8, .count)
      for value in values { self.value(value, .element) }
    }
  }

  /// A number's new bytes.
  mutating func put(_ value: UInt64, at mark: Mark) {
    for index in 0..<mark.width {
      bytes[mark.offset + index] = UInt8(truncatingIfNeeded: value >> (8 * index))
    }
  }

  /// A number.
  func number(at mark: Mark) -> UInt64 {
    bytes[mark.offset..<mark.offset + mark.width].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
