import CKernels

/// The instructions that the kernels use. Within one instruction set every result is bit-identical
/// at any number of rows and threads; between two, sums are rounded in another order.
public enum InstructionSet: String, CaseIterable, Sendable {
  /// Four lanes, no fused multiplication: any machine.
  case portable
  /// AVX2, FMA and F16C.
  case avx2
  /// AVX-512 F, BW, VL and DQ.
  case avx512
  /// The matrix unit, AMX-BF16 for weights in BF16 and AMX-INT8 for GGUF's blocks and several rows;
  /// AVX-512 for everything else.
  case amx

  /// Whether this machine has the instructions.
  public var isSupported: Bool { sk_supports(raw) }

  /// The widest that this machine has.
  public static var best: InstructionSet { allCases.last { $0.isSupported } ?? .portable }

  var raw: sk_isa {
    switch self {
    case .portable: SK_PORTABLE
    case .avx2: SK_AVX2
    case .avx512: SK_AVX512
    case .amx: SK_AMX
    }
  }
}
