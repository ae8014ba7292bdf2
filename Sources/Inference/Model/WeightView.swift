/// A matrix that a pass multiplies with: the checkpoint's, or a draft's copy in fewer bits.
enum WeightView {
  case model(MatrixView)
  case quantized(QuantizedView)

  var outputs: Int {
    switch self {
    case .model(let matrix): matrix.outputs
    case .quantized(let matrix): matrix.outputs
    }
  }
}
