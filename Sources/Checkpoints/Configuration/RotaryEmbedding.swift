/// Rotary position embedding (Su et al. 2021, arXiv:2104.09864): a base and how it is stretched.
public struct RotaryEmbedding: Sendable, Hashable {
  /// `rope_theta`
  public var theta: Double
  /// `rope_scaling`
  public var scaling: RopeScaling

  /// The base and the scaling.
  public init(theta: Double = 10_000, scaling: RopeScaling = .none) {
    self.theta = theta
    self.scaling = scaling
  }
}

/// What RoPE does in a layer.
public enum LayerRotation: Sendable, Hashable {
  /// Nothing: the layer knows no positions.
  case none
  /// The model's RoPE.
  case global
  /// That of layers with a window, where it is another.
  case local
}
