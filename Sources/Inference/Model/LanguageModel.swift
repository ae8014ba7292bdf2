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

    // Norms and biases go into one buffer whose address stays the same.
    let vectors = checkpoint.layers.flatMap { Array($0.norms.values) + $0.biases.values }
    constants = FloatBuffer(vectors.reduce(checkpoint.finalNorm.count) { $0 + $1.count })
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
      func norm(_ tensor: LayerTensor) -> UnsafePointer<Float> {
        guard let values = layer.norms[tensor] else { preconditionFailure("no \(tensor)") }
        return keep(values)
      }
      func matrix(_ tensor: LayerTensor) -> MatrixView {
        guard let weights = layer.matrices[tensor] else { preconditionFailure("no \(tensor)") }
        return view(weights, layer.biases[tensor])
      }
      return LayerView(
        inputNorm: norm(.attentionNorm), query: matrix(.query), key: matrix(.key),
        value: matrix(.value), output: matrix(.output), postAttentionNorm: norm(.mlpNorm),
        gate: matrix(.gate), up: matrix(.up), down: matrix(.down))
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
