import CKernels
import Checkpoints

/// A checkpoint ready to run: its weights where they are, a team of threads, an instruction set.
///
/// `@unchecked Sendable`: all pointers lead to memory that is written in `init` only, or to the
/// checkpoint's read-only mapping; both live as long as this object. The copies for drafting have a
/// lock of their own.
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
  /// The instructions in use for integer products.
  let dot: sk_dot
  /// What drafts read instead.
  let copies = DraftCopies()
  /// The floats of norms and biases.
  private let constants: FloatBuffer
  /// [layers][LayerTensor]: what `layers` point into.
  private let layerTensors: UnsafeMutableBufferPointer<LayerView.Tensor>

  /// Prepares a model.
  ///
  /// - Parameters:
  ///   - checkpoint: the weights; kept alive, used where they are.
  ///   - threads: how many threads a pass uses; all results are the same for any number.
  ///   - wanted: which kernels to run; this machine must have the instructions. Nil: those that
  ///     suit the model.
  public init(
    _ checkpoint: Checkpoint, threads: Int, instructionSet wanted: InstructionSet? = nil
  ) {
    let instructionSet = wanted ?? .best(for: checkpoint)
    precondition(instructionSet.isSupported)
    self.checkpoint = checkpoint
    self.instructionSet = instructionSet
    dot = sk_best_dot(instructionSet.raw)
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
    finalNorm = keep(checkpoint.finalNorm)
    embedding = MatrixView(checkpoint.embedding, bias: nil)
    head = MatrixView(checkpoint.head, bias: nil)

    let kinds = LayerTensor.allCases
    let tensors = UnsafeMutableBufferPointer<LayerView.Tensor>.allocate(
      capacity: checkpoint.layers.count * kinds.count)
    tensors.initialize(repeating: .absent)
    for (index, layer) in checkpoint.layers.enumerated() {
      for kind in kinds {
        let slot = index * kinds.count + kind.rawValue
        if let weights = layer.norms[kind] {
          tensors[slot] = .norm(keep(weights))
        } else if let weights = layer.matrices[kind] {
          let bias = layer.biases[kind].map(keep)
          tensors[slot] = .matrix(.model(MatrixView(weights, bias: bias)))
        }
      }
    }
    layerTensors = tensors
    layers = checkpoint.layers.indices.compactMap { index in
      tensors.baseAddress.map { LayerView(tensors: $0 + index * kinds.count) }
    }
  }

  /// Checks a row of logits before it is used.
  ///
  /// - Parameter position: the row's in its text.
  func check(_ logits: LogitsView, row: Int, at position: Int) throws(GenerationError) {
    guard !logits.areNumbers(row) else { return }
    throw .notNumbers(position: position, weight: checkpoint.firstNotNumber)
  }

  deinit { layerTensors.deallocate() }
}
