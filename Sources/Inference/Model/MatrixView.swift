import CKernels
import Checkpoints

/// A weight matrix as the kernels see it: plain pointers, so that copying one in an inner loop
/// counts no references. Valid as long as the `LanguageModel` that made it.
struct MatrixView {
  let weights: UnsafeRawPointer
  let type: sk_type
  let outputs: Int
  let inputs: Int
  /// Bytes of one output's weights.
  let rowBytes: Int
  /// `outputs` floats, or nil.
  let bias: UnsafePointer<Float>?

  init(_ tensor: WeightTensor, bias: UnsafePointer<Float>?) {
    guard let base = tensor.bytes.baseAddress else { preconditionFailure("an empty tensor") }
    weights = base
    type = tensor.type.raw
    outputs = tensor.rows
    inputs = tensor.columns
    rowBytes = tensor.type.byteCount(of: tensor.columns)
    self.bias = bias
  }

  private init(_ other: MatrixView, weights: UnsafeRawPointer, outputs: Int) {
    self.weights = weights
    type = other.type
    self.outputs = outputs
    inputs = other.inputs
    rowBytes = other.rowBytes
    bias = other.bias
  }

  /// The same with other weights of the same type, for another number of outputs.
  func replacing(weights: UnsafeRawPointer, outputs: Int) -> MatrixView {
    MatrixView(self, weights: weights, outputs: outputs)
  }

  var raw: sk_matrix {
    sk_matrix(weights: weights, bias: bias, outputs: outputs, inputs: inputs, type: type)
  }
  /// Bytes of all weights.
  var byteCount: Int { outputs * rowBytes }
}

extension ElementType {
  /// The kernels' name.
  var raw: sk_type {
    switch self {
    case .bf16: SK_BF16
    case .f16: SK_F16
    case .f32: SK_F32
    case .q80: SK_Q8_0
    case .q40: SK_Q4_0
    case .q41: SK_Q4_1
    case .q50: SK_Q5_0
    case .q51: SK_Q5_1
    case .q4K: SK_Q4_K
    case .q5K: SK_Q5_K
    case .q6K: SK_Q6_K
    }
  }
}
