/// One decoder layer. Matrices are [outputs, inputs].
public struct LayerWeights: Sendable {
  /// RMSNorm before attention: [hidden].
  public let inputNorm: [Float]
  /// [heads · head dimension, hidden]
  public let query: WeightTensor
  /// [kv heads · head dimension, hidden]
  public let key: WeightTensor
  /// [kv heads · head dimension, hidden]
  public let value: WeightTensor
  /// [hidden, heads · head dimension]
  public let output: WeightTensor
  /// Bias of `query`.
  public let queryBias: [Float]?
  /// Bias of `key`.
  public let keyBias: [Float]?
  /// Bias of `value`.
  public let valueBias: [Float]?
  /// Bias of `output`.
  public let outputBias: [Float]?
  /// RMSNorm before the MLP: [hidden].
  public let postAttentionNorm: [Float]
  /// [intermediate, hidden]
  public let gate: WeightTensor
  /// [intermediate, hidden]
  public let up: WeightTensor
  /// [hidden, intermediate]
  public let down: WeightTensor
  /// Bias of `gate`.
  public let gateBias: [Float]?
  /// Bias of `up`.
  public let upBias: [Float]?
  /// Bias of `down`.
  public let downBias: [Float]?

  /// The matrices, in the order in which a token passes them.
  var matrices: [WeightTensor] { [query, key, value, output, gate, up, down] }
  /// The norms and the biases there are.
  var vectors: [[Float]] {
    [
      inputNorm, queryBias, keyBias, valueBias, outputBias, postAttentionNorm, gateBias, upBias,
      downBias,
    ].compactMap { $0 }
  }
}
