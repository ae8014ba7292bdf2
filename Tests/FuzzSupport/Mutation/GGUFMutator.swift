import TestSupport

/// Changes a GGUF file: fields and tensors dropped, doubled, renamed or moved, values of another
/// type, arrays in arrays; then numbers that others depend on, wherever they stand.
struct GGUFMutator {
  var random: SplitMix64
  /// Fields and tensors that may turn up anywhere.
  let donors: [GGUFPieces]

  /// A changed file.
  ///
  /// - Parameters:
  ///   - changes: of the structure.
  ///   - lies: numbers that no longer fit.
  mutating func changed(_ pieces: GGUFPieces, changes: Int, lies: Int) -> [UInt8] {
    var pieces = pieces
    for _ in 0..<changes { change(&pieces) }
    var writer = GGUFWriter(pieces)
    for _ in 0..<lies { lie(&writer) }
    var bytes = writer.bytes
    // Cut off anywhere, or somewhere in the data.
    if chance(20) { bytes.removeLast(min(bytes.count, 1 << any(0...17))) }
    if chance(40) { bytes.removeSubrange(any(0...bytes.count)...) }
    return bytes
  }

  private mutating func change(_ pieces: inout GGUFPieces) {
    let donor = donors[any(0...donors.count - 1)]
    switch any(0...9) {
    case 0...4:
      change(&pieces.fields, donor.fields) {
        $0.key = $1.key
      } value: {
        $0.changed($1)
      }
    case 5...7:
      change(&pieces.tensors, donor.tensors) {
        $0.name = $1.name
      } value: {
        $0.changed($1)
      }
    case 8:
      // Said or not.
      pieces.alignment = [1, 2, 8, 64, 96, 4096][any(0...5)]
      guard chance(2) else { return }
      let value = GGUFPieces.Value.number(
        kind: 4, bytes: (0..<4).map { UInt8(truncatingIfNeeded: pieces.alignment >> (8 * $0)) })
      pieces.fields.append(.init(key: Array("general.alignment".utf8), value: value))
    default:
      // Any number: all of its bits set makes it none.
      guard !pieces.data.isEmpty else { return }
      let position = any(0...pieces.data.count - 1)
      let end = min(pieces.data.count, position + 1 << any(0...5))
      let byte: UInt8 = chance(2) ? 0xFF : UInt8(any(0...255))
      for index in position..<end { pieces.data[index] = byte }
    }
  }

  /// Changes one of a list's elements, or the list.
  private mutating func change<Element>(
    _ list: inout [Element], _ others: [Element], rename: (inout Element, Element) -> Void,
    value: (inout GGUFMutator, Element) -> Element
  ) {
    guard let other = others.randomElement(using: &random), !list.isEmpty else { return }
    let index = any(0...list.count - 1)
    switch any(0...11) {
    case 0: list.remove(at: index)
    case 1: list.append(list[index])
    case 2: list.insert(other, at: index)
    case 3: rename(&list[index], other)
    case 4: rename(&list[index], list[any(0...list.count - 1)])
    case 5: list.swapAt(index, any(0...list.count - 1))
    default: list[index] = value(&self, list[index])
    }
  }

  private mutating func changed(_ field: GGUFPieces.Field) -> GGUFPieces.Field {
    GGUFPieces.Field(key: chance(20) ? changed(field.key) : field.key, value: changed(field.value))
  }

  private mutating func changed(_ value: GGUFPieces.Value) -> GGUFPieces.Value {
    if chance(8) { return anything() }
    switch value {
    case .number(let kind, _): return chance(4) ? anything() : number(of: kind)
    case .string(let text): return .string(changed(text))
    case .array(let kind, var values):
      guard !values.isEmpty else { return anything() }
      let index = any(0...values.count - 1)
      switch any(0...9) {
      case 0: values.remove(at: index)
      case 1: values.append(values[index])
      case 2: values.removeSubrange(index...)
      case 3: values += Array(repeating: values[index], count: 1 << any(0...10))
      case 4: values.swapAt(index, any(0...values.count - 1))
      // Elements of several kinds say nothing good; an array in one may.
      case 5: return .array(kind: GGUFPieces.array, [value, value])
      default: values[index] = changed(values[index])
      }
      return .array(kind: kind, values)
    }
  }

  private mutating func changed(_ text: [UInt8]) -> [UInt8] {
    var text = text
    var noise = ByteMutator(random: SplitMix64(seed: random.next()))
    switch any(0...5) {
    case 0: return []
    case 1: return Array(Array(repeating: text, count: 1 << any(0...8)).joined().prefix(1 << 16))
    default: noise.change(&text)
    }
    return text
  }

  private mutating func changed(_ tensor: GGUFPieces.Tensor) -> GGUFPieces.Tensor {
    var tensor = tensor
    switch any(0...5) {
    case 0: tensor.sizes.reverse()
    case 1: tensor.sizes.append(UInt64(any(0...2)))
    case 2: tensor.type = [0, 1, 2, 3, 6, 7, 8, 10, 12, 13, 14, 24, 30, 99][any(0...13)]
    case 3: tensor.offset &+= UInt64(32 * any(0...64))
    case 4: tensor.name = changed(tensor.name)
    default:
      guard !tensor.sizes.isEmpty else { break }
      let index = any(0...tensor.sizes.count - 1)
      tensor.sizes[index] = chance(2) ? tensor.sizes[index] / 2 : UInt64(any(0...300))
    }
    return tensor
  }

  private mutating func anything() -> GGUFPieces.Value {
    switch any(0...5) {
    case 0: return .string([])
    case 1: return .array(kind: UInt32(any(0...12)), [])
    case 2:
      let depth = 1 << any(0...12)
      return (0..<depth).reduce(.string([])) { value, _ in
        .array(kind: value.kind, [value])
      }
    case 3:
      let other = donors[any(0...donors.count - 1)].fields
      return other.randomElement(using: &random)?.value ?? .string([])
    default: return number(of: [0, 1, 2, 3, 4, 5, 6, 7, 10, 11, 12][any(0...10)])
    }
  }

  private mutating func number(of kind: UInt32) -> GGUFPieces.Value {
    let bits = chance(3) ? UInt64(any(0...64)) : absurdNumber()
    let width = GGUFPieces.width(kind) ?? 8
    return .number(
      kind: kind, bytes: (0..<width).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) })
  }

  private mutating func lie(_ writer: inout GGUFWriter) {
    guard
      let claim = writer.marks.keys.sorted(by: { "\($0)" < "\($1)" })
        .randomElement(using: &random), let marks = writer.marks[claim],
      let mark = marks.randomElement(using: &random)
    else { return }
    let number = writer.number(at: mark)
    if claim == .version, !chance(8) { return }
    let few = UInt64(any(0...9))
    switch any(0...4) {
    case 0: writer.put(number &+ few, at: mark)
    case 1: writer.put(number &- few, at: mark)
    case 2: writer.put(few, at: mark)
    case 3: writer.put(number &* (few + 1), at: mark)
    default: writer.put(absurdNumber(), at: mark)
    }
  }

  /// Integers at the ends of their ranges, and floats.
  private mutating func absurdNumber() -> UInt64 {
    let absurd: [UInt64] = [
      0, 1, 255, 256, 65_535, 65_536, 1 << 18, 1 << 24, 1 << 31, (1 << 31) - 1, 1 << 32, 1 << 40,
      1 << 61, 1 << 62, (1 << 63) - 1, 1 << 63, .max, .max - 31,
    ]
    let floats: [Float] = [-1, 0.5, 1, 1e-38, 1e-45, 3e38, .infinity, .nan, -0.0, 1e4]
    let doubles: [Double] = [-1, 0.5, 1e-300, 1e308, .infinity, .nan]
    switch any(0...5) {
    case 0: return UInt64(floats[any(0...floats.count - 1)].bitPattern)
    case 1: return doubles[any(0...doubles.count - 1)].bitPattern
    default: return absurd[any(0...absurd.count - 1)]
    }
  }

  private mutating func any(_ range: ClosedRange<Int>) -> Int { .random(in: range, using: &random) }

  private mutating func chance(_ of: Int) -> Bool { any(0...of - 1) == 0 }
}
