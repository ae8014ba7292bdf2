import CKernels
import Checkpoints

/// A weight matrix as the kernels see it: plain pointers, so that copying one in an inner loop
/// counts no references. Valid as long as the `LanguageModel` that made it.
struct MatrixView {
  let weights: UnsafeRawPointer
  let type: sk_type
  let outputs: Int
  let inputs: Int
  /// `outputs` floats, or nil.
  let bias: UnsafePointer<Float>?

  var raw: sk_matrix {
    sk_matrix(weights: weights, bias: bias, outputs: outputs, inputs: inputs, type: type)
  }
  /// Bytes of all weights.
  var byteCount: Int { outputs * rowBytes }
  /// Bytes of one output's weights.
  var rowBytes: Int { inputs * (type == SK_F32 ? 4 : 2) }
}

/// One decoder layer's weights as the kernels see them.
struct LayerView {
  let inputNorm: UnsafePointer<Float>
  let query: MatrixView
  let key: MatrixView
  let value: MatrixView
  let output: MatrixView
  let postAttentionNorm: UnsafePointer<Float>
  let gate: MatrixView
  let up: MatrixView
  let down: MatrixView

  /// The number of weights.
  var weightCount: Int {
    [query, key, value, output, gate, up, down].reduce(0) { $0 + $1.outputs * $1.inputs }
  }
  /// Bytes of weights that one attention sub-layer reads.
  var attentionBytes: Int {
    query.byteCount + key.byteCount + value.byteCount + output.byteCount
  }
  /// Bytes of weights that one MLP sub-layer reads.
  var mlpBytes: Int { gate.byteCount + up.byteCount + down.byteCount }
}

extension ElementType {
  var raw: sk_type {
    switch self {
    case .bf16: SK_BF16
    case .f16: SK_F16
    case .f32: SK_F32
    }
  }
}
