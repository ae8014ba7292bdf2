import Checkpoints

/// One decoder layer's weights as the kernels see them, by `LayerTensor`: plain pointers, as in
/// `MatrixView`. Valid as long as the `LanguageModel` or `SublayerPlan` that made it.
struct LayerView {
  /// What a layer has of a `LayerTensor`.
  enum Tensor {
    /// The model's architecture has no such tensor.
    case absent
    case norm(UnsafePointer<Float>)
    case matrix(WeightView)
  }

  /// [LayerTensor]: by raw value.
  let tensors: UnsafePointer<Tensor>

  /// The weights of an RMSNorm that every architecture has.
  func norm(_ tensor: LayerTensor) -> UnsafePointer<Float> {
    guard let weights = optionalNorm(tensor) else { preconditionFailure("no \(tensor)") }
    return weights
  }

  /// A matrix that every architecture has.
  func matrix(_ tensor: LayerTensor) -> WeightView {
    guard let matrix = optionalMatrix(tensor) else { preconditionFailure("no \(tensor)") }
    return matrix
  }

  /// The weights of an RMSNorm; nil where the model has no such norm.
  func optionalNorm(_ tensor: LayerTensor) -> UnsafePointer<Float>? {
    guard case .norm(let weights) = tensors[tensor.rawValue] else { return nil }
    return weights
  }

  /// A matrix; nil where the model has no such matrix.
  func optionalMatrix(_ tensor: LayerTensor) -> WeightView? {
    guard case .matrix(let matrix) = tensors[tensor.rawValue] else { return nil }
    return matrix
  }
}
