/// How a tensor's elements are stored; all little-endian. The plain types are numbers one by one;
/// the others, of GGUF files alone, are blocks of a row with the scales of their integers, as ggml
/// defines them (`ggml-common.h`), and named as there.
public enum ElementType: String, Sendable, Hashable, CaseIterable {
  /// The upper half of a 32-bit float.
  case bf16 = "BF16"
  /// IEEE half.
  case f16 = "F16"
  /// IEEE single.
  case f32 = "F32"
  /// 32 integers of 8 bits with a scale.
  case q80 = "Q8_0"
  /// 32 of 4 bits with a scale.
  case q40 = "Q4_0"
  /// 32 of 4 bits with a scale and a least value.
  case q41 = "Q4_1"
  /// 32 of 5 bits with a scale.
  case q50 = "Q5_0"
  /// 32 of 5 bits with a scale and a least value.
  case q51 = "Q5_1"
  /// 256 of 4 bits; a scale and a least value of 6 bits for every 32.
  case q4K = "Q4_K"
  /// 256 of 5 bits; a scale and a least value of 6 bits for every 32.
  case q5K = "Q5_K"
  /// 256 of 6 bits; a scale of 8 bits for every 16.
  case q6K = "Q6_K"

  /// The types of single numbers, which safetensors files have.
  public static let plain: [ElementType] = [.bf16, .f16, .f32]

  /// Whether elements are numbers one by one.
  public var isPlain: Bool { blockSize == 1 }

  /// Elements of a block, which lies within a row.
  public var blockSize: Int {
    switch self {
    case .bf16, .f16, .f32: 1
    case .q80, .q40, .q41, .q50, .q51: 32
    case .q4K, .q5K, .q6K: 256
    }
  }

  /// Bytes of a block.
  public var blockBytes: Int {
    switch self {
    case .bf16, .f16: 2
    case .f32: 4
    case .q80: 34
    case .q40: 18
    case .q41: 20
    case .q50: 22
    case .q51: 24
    case .q4K: 144
    case .q5K: 176
    case .q6K: 210
    }
  }

  /// Where in a block its scales are that are halves.
  var halfScales: [Int] {
    switch self {
    case .bf16, .f16, .f32: []
    case .q80, .q40, .q50: [0]
    case .q41, .q51, .q4K, .q5K: [0, 2]
    case .q6K: [208]
    }
  }

  /// Bytes of so many elements, which make whole blocks.
  public func byteCount(of elements: Int) -> Int { elements / blockSize * blockBytes }

  /// Bits of an element, its share of the scales included.
  public var bits: Double { 8 * Double(blockBytes) / Double(blockSize) }
}
