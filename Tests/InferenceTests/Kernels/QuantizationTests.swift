import CKernels
import Testing

@testable import Inference

@Suite("Rounding to low precision")
struct QuantizationTests {
  @Test("takes the bytes that it says, whatever the shape")
  func size() {
    for (outputs, inputs) in [(16, 32), (576, 1536), (1536, 576), (2048, 8192), (4096, 320)] {
      let plain = 2 * outputs * inputs
      // Groups are padded to whole cache lines: half a line for an odd number of blocks.
      let padding = outputs / 16 * 32
      #expect(sk_quantized_bytes(SK_Q4, outputs, inputs) <= plain * 2815 / 10000 + padding)
      #expect(sk_quantized_bytes(SK_Q8, outputs, inputs) <= plain * 532 / 1000 + padding)
    }
    for n in 1...2100 {
      let bytes = sk_quantized_row_bytes(n)
      #expect(bytes % 64 == 0 && bytes >= n && bytes <= 4 * ((n + 31) / 32 * 32))
    }
    #expect(sk_quantized_bytes(SK_Q4, 17, 33) == 2 * (64 + 2 * 256))
    #expect(sk_quantized_bytes(SK_Q8, 17, 33) == 2 * (64 + 2 * 512))
  }

  @Test("puts every weight on the nearest point of its grid", arguments: KernelTests.types)
  func nearest(type: sk_type) {
    var random = TestRandom(41)
    for _ in 0..<30 {
      let source = TestMatrix(
        outputs: Int.random(in: 1...40, using: &random),
        inputs: Int.random(in: 1...150, using: &random), type: type, random: &random)
      let bytes = LowPrecisionMatrix(of: source, SK_Q8)
      let nibbles = LowPrecisionMatrix(of: source, SK_Q4)
      for output in 0..<source.outputs {
        for input in 0..<source.inputs {
          let weight = source.values[output * source.inputs + input]
          let step = Float(bytes.scale(output: output, block: input / 32))
          let error = abs(bytes.value(output: output, input: input) - weight)
          #expect(error <= step * 0.50001)
          let scale = Float(nibbles.scale(output: output, block: input / 32))
          let least = LowPrecisionMatrix.grid.map { abs(Float($0) * scale - weight) }.min() ?? 0
          let found = abs(nibbles.value(output: output, input: input) - weight)
          #expect(found <= least + 1e-4 * abs(scale))
        }
      }
    }
  }

  @Test("cuts no weight: the largest of a block is 127 steps or a little less")
  func largest() {
    var random = TestRandom(42)
    let source = TestMatrix(outputs: 64, inputs: 320, type: SK_F32, random: &random)
    let copy = LowPrecisionMatrix(of: source, SK_Q8)
    for output in 0..<64 {
      for block in 0..<10 {
        let weights = source.values[output * 320 + block * 32..<output * 320 + block * 32 + 32]
        let largest = weights.map(abs).max() ?? 0
        let scale = copy.scale(output: output, block: block)
        #expect(Float(scale) * 127 >= largest * 0.999999)
        #expect(Float(scale.nextDown) * 127 < largest * 1.000001)
      }
    }
  }

  @Test("finds scales whose squared error is below that of the largest weight's")
  func search() {
    // Normal weights, and ones with heavy tails: a normal number over the root of a mean of four
    // squares is Student's t with four degrees of freedom.
    var random = TestRandom(43)
    for isHeavy in [false, true] {
      let values = (0..<64 * 640).map { _ in
        let normal = random.normal()
        guard isHeavy else { return Float(normal) }
        let squares = (0..<4).map { _ in random.normal() }.reduce(0) { $0 + $1 * $1 }
        return Float(normal / (squares / 4).squareRoot())
      }
      let source = TestMatrix(values: values, outputs: 64)
      let copy = LowPrecisionMatrix(of: source, SK_Q4)
      var searched = 0.0
      var plain = 0.0
      for output in 0..<64 {
        for block in 0..<20 {
          let weights = (0..<32).map { values[output * 640 + block * 32 + $0] }
          func error(_ scale: Float) -> Double {
            weights.map { weight in
              LowPrecisionMatrix.grid.map { Double(abs(Float($0) * scale - weight)) }.min() ?? 0
            }.reduce(0) { $0 + $1 * $1 }
          }
          let end = weights.max { abs($0) < abs($1) } ?? 0
          let found = error(Float(copy.scale(output: output, block: block)))
          let simple = error(Float(Float16(end / -127)))
          #expect(found <= simple * 1.001)
          searched += found
          plain += simple
        }
      }
      #expect(searched < plain * 0.87)
      // 7.3% for normal numbers and 8.5% for the others: Experiments/engine-speed/grid.py.
      let size = values.reduce(0.0) { $0 + Double($1) * Double($1) }
      #expect((searched / size).squareRoot() < (isHeavy ? 0.09 : 0.075))
    }
  }

  @Test("gives zeros for zeros, and something finite for what is no weight")
  func extremes() {
    let strange: [Float] = [
      0, .nan, .infinity, -.infinity, 3e38, -1e9, 1e-30, 5e-7, .leastNonzeroMagnitude,
    ]
    var values = [Float](repeating: 0, count: 3 * 64)
    for input in 128..<160 { values[input] = 0.5 - Float(input % 7) / 8 }
    for type in LowPrecisionMatrix.types {
      let without = LowPrecisionMatrix(of: TestMatrix(values: values, outputs: 3), type)
      for value in strange {
        var with = values
        with[64 + 7] = value
        let copy = LowPrecisionMatrix(of: TestMatrix(values: with, outputs: 3), type)
        for input in 0..<64 {
          #expect(copy.value(output: 0, input: input) == 0)
          #expect(copy.value(output: 1, input: input).isFinite)
          let neighbour = copy.value(output: 2, input: input)
          #expect(neighbour == without.value(output: 2, input: input))
        }
        #expect(value != 0 || copy.value(output: 1, input: 7) == 0)
        #expect(value != -1e9 || copy.value(output: 1, input: 7) < -6e6)
        #expect(value != 5e-7 || abs(copy.value(output: 1, input: 7) - 5e-7) < 5e-6)
      }
    }
  }

  @Test("of chosen rows is that of a matrix of those rows", arguments: LowPrecisionMatrix.types)
  func rows(type: sk_quantized_type) {
    var random = TestRandom(44)
    let source = TestMatrix(outputs: 50, inputs: 72, type: SK_BF16, random: &random)
    let rows = [49, 0, 7, 7, 31, 12, 48, 3, 20, 21, 22, 5, 6, 40, 41, 2, 1, 33].map(UInt32.init)
    let chosen = LowPrecisionMatrix(of: source, type, rows: rows)
    let whole = LowPrecisionMatrix(of: source, type)
    for (output, row) in rows.enumerated() {
      for input in 0..<72 {
        #expect(
          chosen.value(output: output, input: input) == whole.value(output: Int(row), input: input))
      }
    }
  }

  @Test("may be shared by threads group by group", arguments: LowPrecisionMatrix.types)
  func groups(type: sk_quantized_type) {
    var random = TestRandom(45)
    let source = TestMatrix(outputs: 100, inputs: 72, type: SK_BF16, random: &random)
    let whole = LowPrecisionMatrix(of: source, type)
    #expect(LowPrecisionMatrix(of: source, type, cuts: [1, 1, 4]).copy.bytes == whole.copy.bytes)
  }

  @Test(
    "of activations has 127 for a block's largest, the same bits with every instruction set",
    arguments: instructionSets)
  func activations(set: InstructionSet) {
    var random = TestRandom(46)
    for inputs in [1, 31, 32, 33, 64, 100, 1000] {
      var values = random.floats(inputs, -5...5)
      values[inputs - 1] *= 1000
      let rows = LowPrecisionRows([values, values.map { $0 * 0 }, values.map { $0 * 1e-38 }], set)
      #expect(
        rows.packed.bytes
          == LowPrecisionRows(
            [values, values.map { $0 * 0 }, values.map { $0 * 1e-38 }], .portable
          ).packed.bytes)
      for block in 0..<(inputs + 31) / 32 {
        let range = block * 32..<min(block * 32 + 32, inputs)
        let scale = rows.scale(row: 0, block: block)
        let integers = range.map { rows.integer(row: 0, input: $0) }
        #expect(integers.map(\.magnitude).max() == 127)
        #expect(rows.start(row: 0, block: block) == -128 * integers.reduce(0, +))
        for (input, integer) in zip(range, integers) {
          #expect(abs(Float(integer) * scale - values[input]) <= scale * 0.50001)
        }
        #expect(rows.scale(row: 1, block: block) == 0 && rows.start(row: 1, block: block) == 0)
        #expect(rows.scale(row: 2, block: block) == 0 && rows.start(row: 2, block: block) == 0)
      }
    }
  }
}
