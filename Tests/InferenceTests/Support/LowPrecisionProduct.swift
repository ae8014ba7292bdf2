import CKernels

@testable import Inference

/// Every kind of integer dot product that this machine has.
let dotProducts = [
  SK_DOT_PORTABLE, SK_DOT_AVX2, SK_DOT_AVX_VNNI, SK_DOT_AVX512, SK_DOT_AVX512_VNNI,
  SK_DOT_AMX,
].filter { sk_supports_dot($0) }

extension LowPrecisionMatrix {
  /// The kernel's product with `rows`, as bits. What lies between the rows of y must stay as it is.
  func multiply(
    _ x: LowPrecisionRows, _ dot: sk_dot, rows: Range<Int>? = nil, bias: [Float]? = nil,
    adding start: [Float]? = nil, team: ThreadTeam? = nil
  ) -> [[UInt32]] {
    let rows = rows ?? 0..<x.count
    let gap = 3
    let untouched = Float(bitPattern: 0x7FC1_2345)
    let line =
      (start ?? [Float](repeating: 0, count: outputs))
      + [Float](repeating: untouched, count: gap)
    let y = GuardedBytes(
      Array(repeating: line, count: rows.count).flatMap { $0 }.dropLast(gap) + [])
    let target = y.base.assumingMemoryBound(to: Float.self)
    let weightBias = GuardedBytes(bias ?? [])
    let matrix = sk_quantized_matrix(
      weights: copy.base,
      bias: bias == nil ? nil : UnsafePointer(weightBias.base.assumingMemoryBound(to: Float.self)),
      outputs: outputs, inputs: inputs, type: type)
    let from = x.packed.base + rows.lowerBound * x.stride
    withUnsafePointer(to: matrix) { matrix in
      func multiply(_ raw: OpaquePointer?, _ thread: Int) {
        sk_quantized_matmul(
          dot, matrix, from, x.stride, rows.count, start != nil, target, outputs + gap, raw,
          Int32(thread))
      }
      if let team {
        team.run { multiply($0.team, $0.thread) }
      } else {
        multiply(nil, 0)
      }
    }
    let bits = y.elements(UInt32.self)
    for row in 0..<rows.count - 1 {
      let end = (row + 1) * (outputs + gap)
      precondition(bits[end - gap..<end].allSatisfy { $0 == untouched.bitPattern })
    }
    return (0..<rows.count).map {
      Array(bits[$0 * (outputs + gap)..<$0 * (outputs + gap) + outputs])
    }
  }

  /// The same in plain arithmetic: sums of integers, which are scaled and added block by block.
  func plainProduct(
    _ x: LowPrecisionRows, bias: [Float]? = nil, adding start: [Float]? = nil
  ) -> [[UInt32]] {
    let integers = (0..<outputs).map { o in (0..<inputs).map { integer(output: o, input: $0) } }
    let scales = (0..<outputs).map { o in (0..<blocks).map { Float(scale(output: o, block: $0)) } }
    return (0..<x.count).map { row in
      let activations = (0..<inputs).map { x.integer(row: row, input: $0) }
      return (0..<outputs).map { output in
        var sum: Float = 0
        for block in 0..<blocks {
          var dot = 0
          for input in block * 32..<min(block * 32 + 32, inputs) {
            dot += integers[output][input] * activations[input]
          }
          let scale = scales[output][block] * x.scale(row: row, block: block)
          let term = Float(dot) * scale
          sum += term
        }
        if let bias { sum += bias[output] }
        return (start.map { $0[output] + sum } ?? sum).bitPattern
      }
    }
  }
}
