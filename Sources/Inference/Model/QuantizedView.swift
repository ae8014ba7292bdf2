import CKernels

/// A copy of a weight matrix in fewer bits, as the kernels see it. Valid as long as the `DraftCopy`
/// that made it.
struct QuantizedView {
  let weights: UnsafeRawPointer
  let type: sk_quantized_type
  let outputs: Int
  let inputs: Int
  /// `outputs` floats, or nil.
  let bias: UnsafePointer<Float>?

  var raw: sk_quantized_matrix {
    sk_quantized_matrix(
      weights: weights, bias: bias, outputs: outputs, inputs: inputs, type: type)
  }
}

extension WeightPrecision {
  /// The kernels' name of a copy's format; nil for the checkpoint's own weights.
  var quantizedType: sk_quantized_type? {
    switch self {
    case .model: nil
    case .eightBits: SK_Q8
    case .fourBits: SK_Q4
    }
  }

  /// Bytes of a matrix in this precision.
  func byteCount(of matrix: MatrixView, outputs: Int) -> Int {
    quantizedType.map { sk_quantized_bytes($0, outputs, matrix.inputs) }
      ?? outputs * matrix.rowBytes
  }
}
