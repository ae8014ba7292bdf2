import CKernels
import Foundation
import Testing

@testable import Inference

@Suite("The kernels")
struct KernelTests {
  static let types = [SK_BF16, SK_F16, SK_F32]

  @Test("a matrix product agrees with plain double arithmetic", arguments: instructionSets, types)
  func product(set: InstructionSet, type: sk_type) {
    var random = TestRandom(1)
    // The last two are too long for the way that few rows of short inputs are read.
    for inputs in [1, 7, 16, 31, 32, 33, 48, 64, 100, 320, 511, 2050, 4099] {
      for rows in [1, 2, 3, 5, 8, 9, 17] {
        let matrix = TestMatrix(
          outputs: Int.random(in: 1...40, using: &random), inputs: inputs, type: type,
          random: &random)
        let x = (0..<rows).map { _ in random.floats(inputs) }
        let bias = random.floats(matrix.outputs)
        let start = random.floats(matrix.outputs)
        let y = matrix.multiply(x, set.raw, bias: bias, adding: start)
        for row in 0..<rows {
          for output in 0..<matrix.outputs {
            var exact = Double(bias[output]) + Double(start[output])
            var magnitude = abs(Double(bias[output])) + abs(Double(start[output]))
            for k in 0..<inputs {
              let term = Double(matrix.values[output * inputs + k]) * Double(x[row][k])
              exact += term
              magnitude += abs(term)
            }
            #expect(abs(Double(y[row][output]) - exact) <= 4e-7 * magnitude)
          }
        }
      }
    }
  }

  @Test(
    "a row's bits do not depend on the rows and outputs computed with it",
    arguments: instructionSets, types)
  func batchInvariance(set: InstructionSet, type: sk_type) {
    var random = TestRandom(2)
    for _ in 0..<30 {
      let matrix = TestMatrix(
        outputs: Int.random(in: 1...60, using: &random),
        inputs: Int.random(in: 1...300, using: &random), type: type, random: &random)
      let x = (0..<64).map { _ in random.floats(matrix.inputs) }
      let alone = x.map { matrix.multiply([$0], set.raw)[0] }
      for rows in 1...64 {
        #expect(matrix.multiply(Array(x[..<rows]), set.raw) == Array(alone[..<rows]))
      }
      let cut = Int.random(in: 0...matrix.outputs, using: &random)
      let left = matrix.multiply(x, set.raw, outputs: 0..<cut)
      let right = matrix.multiply(x, set.raw, outputs: cut..<matrix.outputs)
      #expect(zip(left, right).map(+) == alone)
    }
  }

  @Test(
    "RMS norm, SiLU and the exponential agree with double arithmetic", arguments: instructionSets)
  func elementwise(set: InstructionSet) {
    var random = TestRandom(4)
    for n in [1, 5, 16, 48, 320, 1000] {
      let x = random.floats(n, -4...4)
      let weight = random.floats(n)
      var y = [Float](repeating: 0, count: n)
      sk_rms_norm(set.raw, x, weight, 1e-5, n, &y)
      let mean = x.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(n)
      for k in 0..<n {
        let exact = Double(x[k]) / (mean + 1e-5).squareRoot() * Double(weight[k])
        #expect(abs(Double(y[k]) - exact) <= 1e-6 * max(abs(exact), 1e-3))
      }
      let gate = random.floats(n, -90...90)
      sk_silu_multiply(set.raw, gate, x, n, &y)
      for k in 0..<n {
        let g = Double(gate[k])
        let exact = g / (1 + (-g).exponential) * Double(x[k])
        #expect(abs(Double(y[k]) - exact) <= 2e-6 * max(abs(exact), 1e-30))
      }
      let sum = sk_exp_sum(set.raw, gate, n, 90, 0.7, &y)
      let exact = gate.map { ((Double($0) - 90) * 0.7).exponential }
      #expect(abs(Double(sum) - exact.reduce(0, +)) <= 1e-5 * exact.reduce(0, +))
    }
  }

  @Test(
    "GELU and the soft cap agree with double arithmetic, at any size of number",
    arguments: instructionSets)
  func activations(set: InstructionSet) {
    var random = TestRandom(6)
    for n in [1, 5, 16, 48, 320, 1000] {
      let x = random.floats(n, -12...12).enumerated().map { index, value in
        index % 3 == 0 ? value * 1e-3 : value
      }
      let up = random.floats(n)
      var y = [Float](repeating: 0, count: n)
      sk_gelu_multiply(set.raw, x, up, n, &y)
      var capped = x
      sk_soft_cap(set.raw, &capped, n, 5)
      for k in 0..<n {
        let v = Double(x[k])
        let z = (2 / Double.pi).squareRoot() * (v + 0.044715 * v * v * v)
        let exact = v / (1 + exp(-2 * z)) * Double(up[k])
        // The exponent is rounded: its error is the result's relative one.
        #expect(abs(Double(y[k]) - exact) <= 2e-7 * (4 + abs(2 * z)) * abs(exact) + 1e-30)
        let cap = 5 * tanh(v / 5)
        #expect(abs(Double(capped[k]) - cap) <= 5e-7 * abs(cap))
      }
      // Wherever the elements are cut, each has the same bits.
      var cut = x
      let half = n / 2
      cut.withUnsafeMutableBufferPointer { cut in
        guard let base = cut.baseAddress else { return }
        sk_soft_cap(set.raw, base, half, 5)
        sk_soft_cap(set.raw, base + half, n - half, 5)
      }
      #expect(cut == capped)
    }
  }

  @Test("what is no number is found wherever it is, and stays none", arguments: instructionSets)
  func notNumbers(set: InstructionSet) {
    var random = TestRandom(7)
    for n in [1, 15, 16, 17, 100] {
      let x = random.floats(n)
      #expect(sk_all_finite(x, n))
      for bad in [Float.nan, .infinity, -.infinity, Float(bitPattern: 0x7FC0_0001)] {
        var y = x
        let index = Int.random(in: 0..<n, using: &random)
        y[index] = bad
        #expect(!sk_all_finite(y, n))
        guard bad.isNaN else { continue }
        let sum = sk_exp_sum(set.raw, y, n, 0, 1, nil)
        #expect(sum.isNaN)
      }
    }
  }

  @Test("the largest element is the first among equals, and never NaN")
  func argmax() {
    var random = TestRandom(5)
    for n in [1, 2, 15, 16, 17, 100] {
      var x = random.floats(n)
      #expect(sk_argmax(x, n) == x.firstIndex(of: x.max() ?? 0))
      x = [Float](repeating: 1, count: n)
      #expect(sk_argmax(x, n) == 0)
      x[0] = .nan
      #expect(n == 1 || sk_argmax(x, n) == 1)
    }
  }

  @Test("widening is exact, subnormals and infinities included", arguments: types)
  func widening(type: sk_type) {
    guard type != SK_F32 else { return }
    let bits = (0...UInt16.max).map { $0 }
    var wide = [Float](repeating: 0, count: bits.count)
    sk_widen(type, bits, bits.count, &wide)
    for (bit, value) in zip(bits, wide) {
      let exact =
        type == SK_BF16 ? Float(bitPattern: UInt32(bit) << 16) : Float(Float16(bitPattern: bit))
      #expect(value == exact || (value.isNaN && exact.isNaN))
    }
  }
}
