import CKernels
import Checkpoints

/// One pass of up to `Workspace.maximumRows` tokens through the model, consecutive ones of one text or
/// draft steps of any rounds of any texts, run by every thread of a team at once: each computes its share of every matrix's outputs, and they meet at a
/// barrier where one needs what another computed.
///
/// Plain pointers only; the `Runner` that makes it keeps their owners alive.
struct ForwardPass {
  let isa: sk_isa
  let configuration: Shape
  let layers: UnsafeBufferPointer<LayerView>
  let embedding: MatrixView
  let head: MatrixView
  let finalNorm: UnsafePointer<Float>

  /// [rows]: the tokens.
  let tokens: UnsafePointer<Int>
  let rows: Int
  /// Where the rows stand.
  let placement: Placement
  let skipsAttention: UnsafePointer<Bool>
  let skipsMLP: UnsafePointer<Bool>
  /// The first row whose logits are wanted; `rows` for none.
  let firstLogitsRow: Int

  let buffers: Buffers

  /// Where the rows of a pass stand: their positions, and the keys and values that they see and add to.
  enum Placement {
    /// Row r at position `start` + r of one cache, seeing the rows before it.
    case consecutive(start: Int, CacheView)
    /// [rows]: each row a draft step of a round of its own, seeing no other row.
    case draftSteps(UnsafePointer<DraftStepPlacement>)
  }

  /// The numbers of a `ModelConfiguration` that a pass needs.
  struct Shape {
    let hidden: Int
    let intermediate: Int
    let heads: Int
    let keyValueHeads: Int
    let headDimension: Int
    let vocabulary: Int
    let epsilon: Float
    /// Keys further back than this many positions are out of sight; Int.max for none.
    let window: Int
  }

  /// Everything that the given thread does.
  func run(_ member: TeamMember) {
    embed(member)
    for index in layers.indices {
      if !skipsAttention[index] { attention(index, member) }
      if !skipsMLP[index] { mlp(index, member) }
    }
    if firstLogitsRow < rows { logits(member) }
  }

  /// residual[rows][hidden] ← the tokens' embeddings
  private func embed(_ member: TeamMember) {
    for row in member.share(of: rows) {
      sk_widen(
        embedding.type, embedding.weights + tokens[row] * embedding.rowBytes, configuration.hidden,
        buffers.residual + row * configuration.hidden)
    }
    member.barrier()
  }

  /// residual += down · (silu(gate · h) ∘ (up · h)), with h = RMSNorm(residual)
  private func mlp(_ index: Int, _ member: TeamMember) {
    let layer = layers[index]
    let width = configuration.intermediate
    var input = Input(
      buffers.residual, width: configuration.hidden, .norm(layer.postAttentionNorm))
    multiply(layer.gate, &input, into: buffers.gate, member)
    multiply(layer.up, &input, into: buffers.up, member)
    member.barrier()
    var product = Input(buffers.gate, width: width, .gated(up: buffers.up))
    multiply(layer.down, &product, into: buffers.residual, accumulate: true, member)
    member.barrier()
  }

  /// logits[rows from firstLogitsRow][vocabulary] ← head · RMSNorm(residual)
  private func logits(_ member: TeamMember) {
    var input = Input(
      buffers.residual, width: configuration.hidden, .norm(finalNorm), first: firstLogitsRow)
    multiply(head, &input, into: buffers.logits, member)
  }
}
