import CKernels
import Checkpoints

/// A checkpoint ready to run: its weights where they are, a team of threads, an instruction set.
///
/// `@unchecked Sendable`: all pointers lead to memory that is written in `init` only, or to the
/// checkpoint's read-only mapping; both live as long as this object.
public final class LanguageModel: @unchecked Sendable {
  /// The checkpoint that holds the weights.
  public let checkpoint: Checkpoint
  /// Shapes and constants.
  public var configuration: ModelConfiguration { checkpoint.configuration }
  /// The instructions in use.
  public let instructionSet: InstructionSet
  /// The threads in use.
  public let team: ThreadTeam

  let layers: [LayerView]
  let embedding: MatrixView
  let head: MatrixView
  let finalNorm: UnsafePointer<Float>
  private let constants: FloatBuffer

  /// Prepares a model.
  ///
  /// - Parameters:
  ///   - checkpoint: the weights; kept alive, used where they are.
  ///   - threads: how many threads a pass uses; all results are the same for any number.
  ///   - instructionSet: which kernels to run.
  public init(
    _ checkpoint: Checkpoint, threads: Int, instructionSet: InstructionSet = .chosen
  ) {
    precondition(instructionSet.isSupported)
    self.checkpoint = checkpoint
    self.instructionSet = instructionSet
    team = ThreadTeam(count: threads)

    // Norms and biases go into memory whose address stays the same.
    var needed = checkpoint.finalNorm.count
    for layer in checkpoint.layers {
      needed += layer.inputNorm.count + layer.postAttentionNorm.count
      needed += layer.biases.reduce(0) { $0 + ($1?.count ?? 0) }
    }
    constants = FloatBuffer(needed)
    var next = constants.base
    func keep(_ values: [Float]) -> UnsafePointer<Float> {
      let start = next
      start.update(from: values, count: values.count)
      next += values.count
      return UnsafePointer(start)
    }
    func view(_ tensor: WeightTensor, _ bias: [Float]? = nil) -> MatrixView {
      guard let base = tensor.bytes.baseAddress else { preconditionFailure("an empty tensor") }
      return MatrixView(
        weights: base, type: tensor.type.raw, outputs: tensor.rows, inputs: tensor.columns,
        bias: bias.map(keep))
    }
    finalNorm = keep(checkpoint.finalNorm)
    embedding = view(checkpoint.embedding)
    head = view(checkpoint.head)
    layers = checkpoint.layers.map { layer in
      LayerView(
        inputNorm: keep(layer.inputNorm), query: view(layer.query, layer.queryBias),
        key: view(layer.key, layer.keyBias), value: view(layer.value, layer.valueBias),
        output: view(layer.output, layer.outputBias),
        postAttentionNorm: keep(layer.postAttentionNorm), gate: view(layer.gate, layer.gateBias),
        up: view(layer.up, layer.upBias), down: view(layer.down, layer.downBias))
    }
  }

  /// Bytes of weights that one token through a draft of this model reads: the head's included, the
  /// embedding's one row not.
  public func weightBytes(of draft: DraftModel = .full) -> Int {
    var bytes = head.byteCount
    for (layer, modes) in zip(layers, plan(for: draft).layers) {
      if modes.attention == .run { bytes += layer.attentionBytes }
      if modes.mlp == .run { bytes += layer.mlpBytes }
    }
    return bytes
  }
}

extension LayerWeights {
  fileprivate var biases: [[Float]?] {
    [queryBias, keyBias, valueBias, outputBias, gateBias, upBias, downBias]
  }
}
