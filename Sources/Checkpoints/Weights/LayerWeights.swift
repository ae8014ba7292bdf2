/// The weights of one decoder layer, by the rows that `LayerTensor` has for the model.
public struct LayerWeights: Sendable {
  /// Weights of RMSNorms.
  public private(set) var norms: [LayerTensor: [Float]] = [:]
  /// Matrices, [outputs, inputs] each.
  public private(set) var matrices: [LayerTensor: WeightTensor] = [:]
  /// Biases of matrices, as long as their outputs.
  public private(set) var biases: [LayerTensor: [Float]] = [:]

  /// Sub-layer by sub-layer, its biases last: the order decides which error comes first, and what a
  /// seed's random weights are.
  init<Source: WeightSource>(
    _ index: Int, of configuration: ModelConfiguration, from source: inout Source
  ) throws(Source.Failure) {
    for sublayer in LayerTensor.Sublayer.allCases {
      for tensor in sublayer.tensors {
        guard let row = tensor.row(configuration) else { continue }
        let weight = row.weight(layer: index)
        if row.isNorm {
          norms[tensor] = try source.norm(weight)
        } else {
          matrices[tensor] = try source.matrix(weight)
        }
      }
      for tensor in sublayer.tensors {
        guard let bias = tensor.row(configuration)?.bias(layer: index) else { continue }
        biases[tensor] = try source.bias(bias)
      }
    }
  }

  /// The matrices, in the order in which a token passes them.
  var orderedMatrices: [WeightTensor] { LayerTensor.allCases.compactMap { matrices[$0] } }

  /// The number of elements of all matrices.
  package var matrixElementCount: Int { matrices.values.reduce(0) { $0 + $1.count } }

  /// Bytes of the matrices that one sub-layer reads.
  package func byteCount(of sublayer: LayerTensor.Sublayer) -> Int {
    sublayer.tensors.reduce(0) { $0 + (matrices[$1]?.bytes.count ?? 0) }
  }

  /// The norms and the biases there are, sub-layer by sub-layer.
  var orderedVectors: [[Float]] {
    LayerTensor.Sublayer.allCases.flatMap { sublayer in
      let tensors = sublayer.tensors
      return tensors.compactMap { norms[$0] } + tensors.compactMap { biases[$0] }
    }
  }
}
