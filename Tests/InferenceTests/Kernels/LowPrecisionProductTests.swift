import CKernels
import Testing

@testable import Inference

@Suite("A product in low precision")
struct LowPrecisionProductTests {
  @Test(
    "is bit for bit what plain arithmetic makes of the same integers and scales",
    arguments: dotProducts, LowPrecisionMatrix.types)
  func product(dot: sk_dot, type: sk_quantized_type) {
    var random = TestRandom(31)
    for inputs in [1, 3, 4, 7, 31, 32, 33, 64, 95, 100, 257, 320, 1056] {
      for rows in [1, 2, 3, 4, 5, 8, 9, 13, 17, 64, 70] {
        let outputs = Int.random(in: 1...70, using: &random)
        let source = TestMatrix(
          outputs: outputs, inputs: inputs, type: SK_BF16, random: &random)
        let matrix = LowPrecisionMatrix(of: source, type)
        let x = LowPrecisionRows((0..<rows).map { _ in random.floats(inputs, -3...3) })
        let bias = random.floats(outputs)
        let start = random.floats(outputs)
        #expect(matrix.multiply(x, dot) == matrix.plainProduct(x))
        #expect(
          matrix.multiply(x, dot, bias: bias, adding: start)
            == matrix.plainProduct(x, bias: bias, adding: start))
      }
    }
  }

  @Test("is exact for the largest integers of either sign", arguments: dotProducts)
  func extremes(dot: sk_dot) {
    var random = TestRandom(32)
    let source = TestMatrix(
      values: (0..<48 * 64).map { _ in Bool.random(using: &random) ? 1 : -1 }, outputs: 48)
    for type in LowPrecisionMatrix.types {
      let matrix = LowPrecisionMatrix(of: source, type)
      let signs = (0..<64).map { _ in Float(Bool.random(using: &random) ? 1 : -1) }
      let alike = (0..<64).map { source.values[$0] }
      let x = LowPrecisionRows([signs, alike, alike.map { -$0 }])
      #expect(x.integer(row: 0, input: 0).magnitude == 127)
      #expect(type != SK_Q8 || matrix.integer(output: 0, input: 0).magnitude == 127)
      #expect(matrix.multiply(x, dot) == matrix.plainProduct(x))
    }
  }

  @Test(
    "has the same bits in any rows, on 1 to 4 threads, whoever takes which chunk",
    arguments: dotProducts, LowPrecisionMatrix.types)
  func invariance(dot: sk_dot, type: sk_quantized_type) {
    var random = TestRandom(33)
    let teams = (1...4).map { ThreadTeam(count: $0) }
    // The first has several chunks to a share, the last fewer groups than threads.
    for (outputs, inputs) in [(1403, 1000), (330, 100), (33, 64)] {
      let source = TestMatrix(outputs: outputs, inputs: inputs, type: SK_BF16, random: &random)
      let matrix = LowPrecisionMatrix(of: source, type)
      let x = LowPrecisionRows((0..<70).map { _ in random.floats(inputs) })
      let all = matrix.plainProduct(x)
      for team in teams {
        let few = outputs > 1000 ? [1, 6, 16, 64, 70] : Array(1...70)
        for rows in few {
          let first = Int.random(in: 0...70 - rows, using: &random)
          let range = first..<first + rows
          #expect(matrix.multiply(x, dot, rows: range, team: team) == Array(all[range]))
        }
      }
    }
  }

  @Test("adds to a target once per output, in many products one after another")
  func accumulation() {
    var random = TestRandom(34)
    let dot = sk_best_dot(InstructionSet.best.raw)
    let source = TestMatrix(outputs: 900, inputs: 512, type: SK_BF16, random: &random)
    let matrix = LowPrecisionMatrix(of: source, SK_Q4)
    let x = LowPrecisionRows([random.floats(512)])
    let start = random.floats(900)
    let once = matrix.plainProduct(x, adding: start)
    let team = ThreadTeam(count: 3)
    // Counters are used again after some loops: more products than that.
    for _ in 0..<200 {
      #expect(matrix.multiply(x, dot, adding: start, team: team) == once)
    }
  }

  @Test(
    "is near that of the weights and activations themselves",
    arguments: zip(
      LowPrecisionMatrix.types, [0.01, 0.12]))
  func error(type: sk_quantized_type, bound: Double) {
    var random = TestRandom(35)
    let source = TestMatrix(outputs: 96, inputs: 640, type: SK_F16, random: &random)
    let matrix = LowPrecisionMatrix(of: source, type)
    let rows = (0..<8).map { _ in random.floats(640) }
    let y = matrix.multiply(LowPrecisionRows(rows), sk_best_dot(InstructionSet.best.raw))
    var error = 0.0
    var size = 0.0
    for (row, x) in rows.enumerated() {
      for output in 0..<96 {
        var exact = 0.0
        for input in 0..<640 {
          exact += Double(source.values[output * 640 + input]) * Double(x[input])
        }
        let difference = Double(Float(bitPattern: y[row][output])) - exact
        error += difference * difference
        size += exact * exact
      }
    }
    #expect(error.squareRoot() < bound * size.squareRoot())
  }

  @Test("uses no more than the instruction set that it is to keep to")
  func choice() {
    let needed: [UInt32: InstructionSet] = [
      SK_DOT_PORTABLE.rawValue: .portable, SK_DOT_AVX2.rawValue: .avx2,
      SK_DOT_AVX_VNNI.rawValue: .avx2, SK_DOT_AVX512.rawValue: .avx512,
      SK_DOT_AVX512_VNNI.rawValue: .avx512, SK_DOT_AMX.rawValue: .amx,
    ]
    for set in instructionSets {
      let dot = sk_best_dot(set.raw)
      #expect(sk_supports_dot(dot))
      let own = needed[UInt32(dot.rawValue)]
      // A matrix unit for BF16 need not know integers.
      #expect(own == set || (set == .amx && own == .avx512))
    }
  }
}
