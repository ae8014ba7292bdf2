import CKernels

/// Which of the processor's units multiply, for people.
extension LanguageModel {
  /// What products with the model's own weights take: matrix units are for BF16.
  var productInstructions: InstructionSet {
    instructionSet == .amx && !sk_uses_tiles(instructionSet.raw, head.type)
      ? .avx512 : instructionSet
  }

  /// The unit that multiplies with the model's own weights.
  public var weightUnit: String {
    switch productInstructions {
    case .portable: "vectors of 4"
    case .avx2: "AVX2"
    case .avx512: "AVX-512"
    case .amx: "AMX-BF16"
    }
  }

  /// The unit that multiplies with copies in fewer bits.
  public var copyUnit: String {
    switch dot {
    case SK_DOT_AVX2: "AVX2"
    case SK_DOT_AVX_VNNI: "AVX-VNNI"
    case SK_DOT_AVX512: "AVX-512"
    case SK_DOT_AVX512_VNNI, SK_DOT_AMX: "AVX-512 VNNI"
    default: "vectors of 4"
    }
  }
}
