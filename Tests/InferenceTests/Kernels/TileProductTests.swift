import CKernels
import Testing

@testable import Inference

@Suite(
  "A product in tiles",
  .enabled(if: InstructionSet.amx.isSupported, "this machine or its system has no AMX-BF16"))
struct TileProductTests {
  /// BF16 bytes of floats that BF16 holds.
  private func bytes(_ values: [Float]) -> [UInt8] {
    values.flatMap { value in
      withUnsafeBytes(of: UInt16(value.bitPattern >> 16)) { Array($0) }
    }
  }

  private func pack(_ rows: [[Float]]) -> [Float] {
    let inputs = rows[0].count
    var tiles = [Float](
      repeating: .nan, count: sk_tiles_bytes(rows.count, inputs) / MemoryLayout<Float>.stride)
    sk_pack_tiles(rows.flatMap { $0 }, inputs, rows.count, inputs, 0, inputs, &tiles)
    return tiles
  }

  @Test("a float's terms add up to all its bits, large or small", arguments: [1, 5, 16, 64])
  func exactTerms(count: Int) {
    let inputs = 40
    let identity = (0..<inputs).flatMap { row in
      (0..<inputs).map { $0 == row ? Float(1) : 0 }
    }
    let weights = bytes(identity)
    var random = TestRandom(31)
    let rows = (0..<count).map { _ in
      random.floats(inputs).map { value in
        value * Float(sign: .plus, exponent: .random(in: -80...100, using: &random), significand: 1)
      }
    }
    var y = [Float](repeating: .nan, count: count * inputs)
    let tiles = pack(rows)
    weights.withUnsafeBytes { weights in
      var matrix = sk_matrix(
        weights: weights.baseAddress, bias: nil, outputs: inputs, inputs: inputs, type: SK_BF16)
      sk_tile_matmul(&matrix, tiles, count, false, &y, inputs, nil, 0)
    }
    #expect(y == rows.flatMap { $0 })
  }

  @Test(
    "reads not a byte beyond the weights, whatever is left over",
    arguments: [(1, 1), (15, 31), (16, 32), (17, 33), (40, 300), (64, 2049)])
  func bounds(outputs: Int, inputs: Int) {
    var random = TestRandom(32)
    let values = random.floats(outputs * inputs).map {
      Float(bitPattern: $0.bitPattern & 0xFFFF_0000)
    }
    let weights = bytes(values)
    let guarded = GuardedBytes(weights)
    for count in [1, 3, 8, 16, 20] {
      let rows = (0..<count).map { _ in random.floats(inputs) }
      let tiles = pack(rows)
      var y = [Float](repeating: .nan, count: count * outputs)
      var matrix = sk_matrix(
        weights: guarded.base, bias: nil, outputs: outputs, inputs: inputs,
        type: SK_BF16)
      sk_tile_matmul(&matrix, tiles, count, false, &y, outputs, nil, 0)
      for (row, x) in rows.enumerated() {
        for output in 0..<outputs {
          var exact = 0.0
          var magnitude = 0.0
          for k in 0..<inputs {
            let term = Double(values[output * inputs + k]) * Double(x[k])
            exact += term
            magnitude += abs(term)
          }
          #expect(abs(Double(y[row * outputs + output]) - exact) <= 4e-7 * magnitude)
        }
      }
    }
  }
}
