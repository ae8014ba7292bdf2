/// The precision in which a draft reads each sub-layer that it runs.
public struct DraftWeights: Hashable, Sendable {
  private enum Storage: Hashable {
    case uniform(WeightPrecision)
    /// Both [layers].
    case layers(attention: [WeightPrecision], mlp: [WeightPrecision])
  }
  private let storage: Storage

  private init(_ storage: Storage) { self.storage = storage }

  /// One precision for all sub-layers, of a model of any depth.
  public static func uniform(_ precision: WeightPrecision) -> DraftWeights {
    DraftWeights(.uniform(precision))
  }

  /// A precision for each layer's attention and MLP: two arrays of as many elements as the model
  /// has layers.
  public init(attention: [WeightPrecision], mlp: [WeightPrecision]) {
    precondition(attention.count == mlp.count && !attention.isEmpty)
    storage = .layers(attention: attention, mlp: mlp)
  }

  /// The precision of all sub-layers where they have the same; nil where they differ.
  public var uniform: WeightPrecision? {
    if case .uniform(let precision) = storage { precision } else { nil }
  }

  /// The number of layers that this is for; nil for any.
  public var layerCount: Int? {
    if case .layers(let attention, _) = storage { attention.count } else { nil }
  }

  /// The precision of a layer's attention.
  public func attention(_ layer: Int) -> WeightPrecision {
    switch storage {
    case .uniform(let precision): precision
    case .layers(let attention, _): attention[layer]
    }
  }

  /// The precision of a layer's MLP.
  public func mlp(_ layer: Int) -> WeightPrecision {
    switch storage {
    case .uniform(let precision): precision
    case .layers(_, let mlp): mlp[layer]
    }
  }

  /// The one form of what is the same with a skip set: nobody reads the weights of a skipped
  /// sub-layer, so that they have no precision of their own.
  func normalized(skipping skip: SkipSet) -> DraftWeights {
    guard case .layers(var attention, var mlp) = storage else { return self }
    var precisions: Set<WeightPrecision> = []
    for layer in attention.indices {
      if !skip.attention.contains(layer) { precisions.insert(attention[layer]) }
      if !skip.mlp.contains(layer) { precisions.insert(mlp[layer]) }
    }
    guard precisions.count > 1 else { return .uniform(precisions.first ?? .model) }
    for layer in skip.attention where layer < attention.count { attention[layer] = .fourBits }
    for layer in skip.mlp where layer < mlp.count { mlp[layer] = .fourBits }
    return DraftWeights(attention: attention, mlp: mlp)
  }
}

extension DraftWeights: CustomStringConvertible {
  /// `model`, `8`, or a digit for each layer's attention, a stroke and one for each MLP.
  public var description: String {
    func digits(_ precisions: [WeightPrecision]) -> String {
      precisions.map { $0.bits.map(String.init) ?? "m" }.joined()
    }
    switch storage {
    case .uniform(let precision): return precision.bits.map(String.init) ?? "model"
    case .layers(let attention, let mlp): return digits(attention) + "/" + digits(mlp)
    }
  }
}
