import CKernels

@testable import Inference

/// A copy of a matrix in low precision, with the integers and scales that its bytes stand for.
struct LowPrecisionMatrix {
  static let types = [SK_Q8, SK_Q4]
  /// The points of the grid of SK_Q4.
  static let grid = withUnsafeBytes(of: sk_q4_grid) { $0.map { Int(Int8(bitPattern: $0)) } }

  let outputs: Int
  let inputs: Int
  let type: sk_quantized_type
  let copy: GuardedBytes

  var groups: Int { (outputs + 15) / 16 }
  var blocks: Int { (inputs + 31) / 32 }

  init(
    of source: TestMatrix, _ type: sk_quantized_type, rows: [UInt32]? = nil,
    cuts: [Int] = []
  ) {
    outputs = rows?.count ?? source.outputs
    inputs = source.inputs
    self.type = type
    copy = GuardedBytes(count: sk_quantized_bytes(type, outputs, inputs))
    let weights = GuardedBytes(source.bytes)
    let matrix = sk_matrix(
      weights: weights.base, bias: nil, outputs: source.outputs, inputs: inputs, type: source.type)
    let ends = cuts + [groups]
    // The last groups first: none needs another one.
    for (begin, end) in zip([0] + cuts, ends).reversed() {
      withUnsafePointer(to: matrix) {
        sk_quantize(type, $0, rows, outputs, begin, end, copy.base)
      }
    }
    withExtendedLifetime(weights) {}
  }

  /// Bytes of a group before its integers, and in all.
  private var groupBytes: (scales: Int, all: Int) {
    let scales = (blocks * 32 + 63) / 64 * 64
    return (scales, scales + blocks * (type == SK_Q8 ? 512 : 256))
  }

  func scale(output: Int, block: Int) -> Float16 {
    let at = output / 16 * groupBytes.all + (block * 16 + output % 16) * 2
    return Float16(bitPattern: copy.base.loadUnaligned(fromByteOffset: at, as: UInt16.self))
  }

  func integer(output: Int, input: Int) -> Int {
    let step = input % 32 / 4
    let place = output % 16 * 4 + input % 4
    let integers = output / 16 * groupBytes.all + groupBytes.scales
    let block = input / 32
    if type == SK_Q8 {
      return Int(copy.bytes(at: integers + block * 512 + step * 64 + place)) - 128
    }
    let pair = copy.bytes(at: integers + block * 256 + step / 2 * 64 + place)
    return Self.grid[Int(step % 2 == 0 ? pair & 15 : pair >> 4)]
  }

  func value(output: Int, input: Int) -> Float {
    Float(integer(output: output, input: input)) * Float(scale(output: output, block: input / 32))
  }
}

extension GuardedBytes {
  func bytes(at offset: Int) -> UInt8 { base.load(fromByteOffset: offset, as: UInt8.self) }
}

/// Activations in low precision, row after row.
struct LowPrecisionRows {
  let count: Int
  let inputs: Int
  let stride: Int
  let packed: GuardedBytes

  init(_ rows: [[Float]], _ set: InstructionSet = .best) {
    count = rows.count
    inputs = rows.first?.count ?? 0
    stride = sk_quantized_row_bytes(inputs)
    packed = GuardedBytes(count: rows.count * stride)
    for (row, values) in rows.enumerated() {
      let x = GuardedBytes(values)
      x.base.withMemoryRebound(to: Float.self, capacity: values.count) {
        sk_quantize_row(set.raw, $0, values.count, packed.base + row * stride)
      }
    }
  }

  private func at(_ row: Int, _ block: Int) -> UnsafeMutableRawPointer {
    packed.base + row * stride + block * 40
  }
  func scale(row: Int, block: Int) -> Float { at(row, block).load(as: Float.self) }
  func start(row: Int, block: Int) -> Int {
    Int(at(row, block).load(fromByteOffset: 4, as: Int32.self))
  }
  func integer(row: Int, input: Int) -> Int {
    Int(at(row, input / 32).load(fromByteOffset: 8 + input % 32, as: Int8.self))
  }
}
