import CKernels
import Checkpoints
import Files
import TestSupport
import Testing

@testable import Inference

@Suite("A product with GGUF's blocks")
struct BlockProductTests {
  private func inputs(_ type: sk_type) -> [Int] {
    type.rawValue >= SK_Q4_K.rawValue ? [256, 512, 1280] : [32, 64, 288, 576]
  }

  @Test("dequantises as PyPI's gguf does", arguments: ElementType.allCases.filter { !$0.isPlain })
  func dequantization(type: ElementType) throws {
    // Tests/Fixtures/gguf/blocks: random blocks, and what gguf 0.19 makes of them
    // (Experiments/gguf/make.py).
    let file = try JSONField.read(fixture("gguf/blocks.json"))
    let expected = try file.required(type.rawValue).elements().map { Float(try $0.double()) }
    let bytes = try blocks(type)
    let inputs = expected.count / 3
    for output in 0..<3 {
      var values = [Float](repeating: .nan, count: inputs)
      bytes.withUnsafeBytes { bytes in
        guard let base = bytes.baseAddress else { return }
        let row = base + output * type.byteCount(of: inputs)
        // In two parts: a draft's copy takes 32 at a time.
        sk_dequantize(type.raw, row, 0, 32, &values)
        values.withUnsafeMutableBufferPointer {
          guard let rest = $0.baseAddress else { return }
          sk_dequantize(type.raw, row, 32, inputs - 32, rest + 32)
        }
      }
      for (value, right) in zip(values, expected[output * inputs..<(output + 1) * inputs]) {
        #expect(abs(value - right) <= 1e-6 * max(1, abs(right)))
      }
    }
  }

  /// The bytes of a type's matrix in the fixture: a directory of one tensor after another.
  private func blocks(_ type: ElementType) throws -> [UInt8] {
    let file = try readFile(fixture("gguf/blocks.gguf"))
    let types: [ElementType] = [.q80, .q40, .q41, .q50, .q51, .q4K, .q5K, .q6K]
    func bytes(_ type: ElementType) -> Int {
      type.byteCount(of: 3 * (type.blockSize == 256 ? 512 : 64))
    }
    func aligned(_ count: Int) -> Int { count.roundedUp(toMultipleOf: 32) }
    let after = types.drop { $0 != type }.reduce(0) { $0 + aligned(bytes($1)) }
    let start = file.count - after
    return Array(file[start..<start + bytes(type)])
  }

  @Test(
    "is the product of the dequantised weights, to a few parts in ten thousand",
    arguments: BlockMatrix.types)
  func accuracy(type: sk_type) {
    var random = TestRandom(71)
    for inputs in inputs(type) {
      let matrix = BlockMatrix(outputs: 37, inputs: inputs, type: type, random: &random)
      let x = (0..<3).map { _ in random.floats(inputs, -3...3) }
      let weights = matrix.values
      let product = matrix.multiply(x, sk_best_dot(InstructionSet.best.raw))
      for (row, result) in zip(x, product) {
        for (output, value) in result.enumerated() {
          let terms = zip(row, weights[output]).map { Double($0) * Double($1) }
          let size = terms.reduce(0) { $0 + $1 * $1 }.squareRoot()
          #expect(abs(Double(value) - terms.reduce(0, +)) <= 5e-4 * size)
        }
      }
    }
  }

  @Test(
    "has the same bits for any instructions, rows and threads, and whatever is computed with it",
    arguments: BlockMatrix.types)
  func invariance(type: sk_type) {
    var random = TestRandom(72)
    let teams = [1, 2, 3].map { ThreadTeam(count: $0) }
    for outputs in [1, 7, 15, 16, 17, 33, 530] {
      let width = inputs(type)[outputs == 530 ? 1 : Int.random(in: 0..<3, using: &random)]
      let matrix = BlockMatrix(outputs: outputs, inputs: width, type: type, random: &random)
      let x = (0..<70).map { _ in random.floats(width, -2...2) }
      let bias = random.floats(outputs)
      let start = random.floats(outputs)
      let all = matrix.multiply(x, SK_DOT_PORTABLE)
      #expect(!all.joined().contains { $0.isNaN })
      for dot in dotProducts {
        for rows in [1, 2, 3, 5, 8, 12, 13, 64, 70] {
          #expect(matrix.multiply(Array(x[..<rows]), dot) == Array(all[..<rows]))
        }
        for team in teams { #expect(matrix.multiply(x, dot, team) == all) }
        let moved = matrix.multiply(Array(x[..<3]), dot, bias: bias, adding: start)
        for row in 0..<3 {
          for output in 0..<outputs {
            #expect(moved[row][output] == start[output] + (all[row][output] + bias[output]))
          }
        }
      }
    }
  }

  @Test("is exact for the largest integers", arguments: BlockMatrix.types)
  func extremes(type: sk_type) {
    var random = TestRandom(73)
    let width = inputs(type)[0]
    let matrix = BlockMatrix(outputs: 16, inputs: width, type: type, random: &random)
    // All of a block's activations are the largest there are, or their opposites.
    let x = [1, -1].map { Array(repeating: Float($0) * 7, count: width) }
    let all = matrix.multiply(x, SK_DOT_PORTABLE)
    for dot in dotProducts { #expect(matrix.multiply(x, dot) == all) }
  }
}

@Suite("Activations for GGUF's blocks")
struct SplitRowTests {
  @Test("are within half a step of the numbers, the same for all instructions")
  func split() {
    var random = TestRandom(74)
    let n = 96
    var x = random.floats(n, -5...5)
    for index in 32..<64 { x[index] = 0 }
    let bytes = sk_split_row_bytes(n)
    let rows = instructionSets.map { set in
      let packed = GuardedBytes(count: bytes)
      sk_split_row(set.raw, x, n, packed.base)
      return packed
    }
    for row in rows { #expect(row.bytes == rows[0].bytes) }
    for block in 0..<3 {
      let base = rows[0].base + block * 80
      let scale = base.loadUnaligned(as: Float.self)
      let sum = base.loadUnaligned(fromByteOffset: 4, as: Float.self)
      var total: Int32 = 0
      for index in 0..<32 {
        let high = base.loadUnaligned(fromByteOffset: 16 + index, as: Int8.self)
        let low = base.loadUnaligned(fromByteOffset: 48 + index, as: Int8.self)
        let integer = 128 * Int32(high) + Int32(low)
        total += integer
        #expect(abs(Float(integer) * scale - x[32 * block + index]) <= 0.5001 * scale)
        #expect(abs(integer) <= 16256)
      }
      #expect(base.loadUnaligned(fromByteOffset: 8, as: Int32.self) == -128 * total)
      #expect(sum == scale * Float(total))
    }
  }
}
