import CKernels
import Checkpoints

@testable import Inference

/// A matrix of random blocks of a GGUF type, which ends where memory ends.
struct BlockMatrix {
  static let types: [sk_type] = [
    SK_Q8_0, SK_Q4_0, SK_Q4_1, SK_Q5_0, SK_Q5_1, SK_Q4_K, SK_Q5_K, SK_Q6_K,
  ]

  let type: sk_type
  let outputs: Int
  let inputs: Int
  private let memory: GuardedBytes
  private var rowBytes: Int { sk_row_bytes(type, inputs) }

  /// Random bits, but for the halves, which are of moderate size.
  init(outputs: Int, inputs: Int, type: sk_type, random: inout TestRandom) {
    self.type = type
    self.outputs = outputs
    self.inputs = inputs
    let isLarge = type.rawValue >= SK_Q4_K.rawValue
    let blocks = outputs * inputs / (isLarge ? 256 : 32)
    memory = GuardedBytes(count: outputs * sk_row_bytes(type, inputs))
    let blockBytes = blocks == 0 ? 1 : memory.count / blocks
    for index in 0..<memory.count {
      memory.base.storeBytes(
        of: UInt8.random(in: 0...255, using: &random), toByteOffset: index, as: UInt8.self)
    }
    var halves = [type == SK_Q6_K ? 208 : 0]
    if [SK_Q4_1, SK_Q5_1, SK_Q4_K, SK_Q5_K].contains(type) { halves.append(2) }
    for block in 0..<blocks {
      for offset in halves {
        // From 2⁻⁸ to 2⁻⁴ of either sign.
        let bits = UInt16.random(in: 7 << 10..<11 << 10, using: &random)
        let sign: UInt16 = Bool.random(using: &random) ? 0x8000 : 0
        memory.base.storeBytes(
          of: bits | sign, toByteOffset: block * blockBytes + offset, as: UInt16.self)
      }
    }
  }

  /// The weights as floats.
  var values: [[Float]] {
    (0..<outputs).map { output in
      [Float](unsafeUninitializedCapacity: inputs) { buffer, count in
        sk_dequantize(type, memory.base + output * rowBytes, 0, inputs, buffer.baseAddress)
        count = inputs
      }
    }
  }

  /// Rows times the matrix, by the members of a team or alone.
  func multiply(
    _ x: [[Float]], _ dot: sk_dot, bias: [Float]? = nil, adding start: [Float]? = nil,
    _ team: ThreadTeam? = nil
  ) -> [[Float]] {
    let stride = sk_split_row_bytes(inputs)
    let packed = GuardedBytes(count: x.count * stride)
    for (row, values) in x.enumerated() {
      sk_split_row(SK_PORTABLE, values, inputs, packed.base + row * stride)
    }
    let y = FloatBuffer(x.count * outputs)
    for row in x.indices {
      for output in 0..<outputs { y.base[row * outputs + output] = start?[output] ?? .nan }
    }
    func run(_ bias: UnsafePointer<Float>?) {
      var matrix = sk_matrix(
        weights: memory.base, bias: bias, outputs: outputs, inputs: inputs, type: type)
      if let team {
        team.run { member in
          var matrix = matrix
          sk_block_matmul(
            dot, &matrix, packed.base, stride, x.count, start != nil, y.base, outputs,
            member.team, Int32(member.thread))
        }
      } else {
        sk_block_matmul(
          dot, &matrix, packed.base, stride, x.count, start != nil, y.base, outputs, nil, 0)
      }
    }
    if let bias { bias.withUnsafeBufferPointer { run($0.baseAddress) } } else { run(nil) }
    return x.indices.map { row in
      (0..<outputs).map { y.base[row * outputs + $0] }
    }
  }
}
