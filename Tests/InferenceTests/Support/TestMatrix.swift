import CKernels

@testable import Inference

/// A matrix in one of the three storage types, with the values that its bits stand for.
struct TestMatrix {
  let outputs: Int
  let inputs: Int
  let type: sk_type
  let bytes: [UInt8]
  let values: [Float]

  init(outputs: Int, inputs: Int, type: sk_type, random: inout TestRandom) {
    self.outputs = outputs
    self.inputs = inputs
    self.type = type
    var bytes: [UInt8] = []
    var values: [Float] = []
    for value in random.floats(outputs * inputs) {
      switch type {
      case SK_BF16:
        let bits = UInt16(value.bitPattern >> 16)
        withUnsafeBytes(of: bits) { bytes.append(contentsOf: $0) }
        values.append(Float(bitPattern: UInt32(bits) << 16))
      case SK_F16:
        // Some subnormals too: they take another path where there is no conversion instruction.
        let half = Float16(values.count % 7 == 0 ? value * 1e-6 : value)
        withUnsafeBytes(of: half.bitPattern) { bytes.append(contentsOf: $0) }
        values.append(Float(half))
      default:
        withUnsafeBytes(of: value) { bytes.append(contentsOf: $0) }
        values.append(value)
      }
    }
    self.bytes = bytes
    self.values = values
  }

  /// Given values, as they are.
  init(values: [Float], outputs: Int) {
    self.outputs = outputs
    inputs = values.count / outputs
    type = SK_F32
    bytes = values.withUnsafeBytes(Array.init)
    self.values = values
  }

  /// The kernel's product, rows packed one by one.
  func multiply(
    _ x: [[Float]], _ isa: sk_isa, bias: [Float]? = nil, adding start: [Float]? = nil,
    outputs range: Range<Int>? = nil, team: ThreadTeam? = nil
  ) -> [[Float]] {
    let range = range ?? 0..<outputs
    let stride = (inputs + 31) / 32 * 32
    var packed = [Float](repeating: .nan, count: x.count * stride)
    for (row, values) in x.enumerated() {
      packed.withUnsafeMutableBufferPointer {
        sk_pack(isa, type, values, inputs, $0.baseAddress?.advanced(by: row * stride))
      }
    }
    var tiles = [Float](
      repeating: .nan, count: sk_tiles_bytes(x.count, inputs) / MemoryLayout<Float>.stride)
    if sk_uses_tiles(isa, type) {
      // In two parts, as two threads do.
      let cut = min(inputs, inputs / 64 * 32)
      for part in [0..<cut, cut..<inputs] {
        sk_pack_tiles(
          x.flatMap { $0 }, inputs, x.count, inputs, part.lowerBound, part.upperBound, &tiles)
      }
    }
    var y = [Float](repeating: 0, count: x.count * range.count)
    if let start {
      for row in x.indices {
        y.replaceSubrange(row * range.count..<(row + 1) * range.count, with: start[range])
      }
    }
    let rowBytes = inputs * (type == SK_F32 ? 4 : 2)
    let slice = bias.map { Array($0[range]) }
    bytes.withUnsafeBytes { weights in
      (slice ?? []).withUnsafeBufferPointer { bias in
        let matrix = sk_matrix(
          weights: weights.baseAddress?.advanced(by: range.lowerBound * rowBytes),
          bias: slice == nil ? nil : bias.baseAddress, outputs: range.count, inputs: inputs,
          type: type)
        withUnsafePointer(to: matrix) { matrix in
          packed.withUnsafeBufferPointer { packed in
            y.withUnsafeMutableBufferPointer { y in
              func multiply(_ raw: OpaquePointer?, _ thread: Int) {
                if sk_uses_tiles(isa, type) {
                  sk_tile_matmul(
                    matrix, tiles, x.count, start != nil, y.baseAddress, range.count,
                    raw, Int32(thread))
                  return
                }
                sk_matmul(
                  isa, matrix, packed.baseAddress, stride, x.count, start != nil, y.baseAddress,
                  range.count, raw, Int32(thread))
              }
              if let team {
                team.run { multiply($0.team, $0.thread) }
              } else {
                multiply(nil, 0)
              }
            }
          }
        }
      }
    }
    return x.indices.map { Array(y[$0 * range.count..<($0 + 1) * range.count]) }
  }
}
