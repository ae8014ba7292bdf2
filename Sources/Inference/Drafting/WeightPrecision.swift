/// In what precision a draft reads a weight matrix, the dearest first.
public enum WeightPrecision: Int, Hashable, Sendable, CaseIterable {
  /// As the checkpoint has it.
  case model
  /// A copy in 8 bits, made of the model's own weights; activations in 8 bits.
  case eightBits
  /// A copy in 4 bits, made of the model's own weights; activations in 8 bits.
  case fourBits

  /// Bits of a weight, without its share of a block's scale; nil for the checkpoint's own.
  public var bits: Int? {
    switch self {
    case .model: nil
    case .eightBits: 8
    case .fourBits: 4
    }
  }

  /// The precision with so many bits; nil where there is none.
  public init?(bits: Int) {
    guard let precision = Self.allCases.first(where: { $0.bits == bits }) else { return nil }
    self = precision
  }
}
