import CKernels
import Checkpoints

/// One pass of up to `Workspace.maximumRows` tokens through the model, each at a position of its
/// own text, run by every thread of a team at once: each computes its share of every matrix's
/// outputs, and they meet at a barrier where one needs what another computed.
///
/// Plain pointers only; the `Runner` that makes it keeps their owners alive.
struct ForwardPass {
  let isa: sk_isa
  /// The integer products of copies in fewer bits.
  let dot: sk_dot
  let shape: Shape
  let embedding: MatrixView
  let head: WeightView
  let finalNorm: UnsafePointer<Float>
  let rotary: RotaryTables.View
  let workspace: Workspace.View

  /// [layers]: how the sub-layers run, and with which weights.
  let plan: UnsafeBufferPointer<SublayerPlan.Layer>
  let rows: Int
  /// [rows]
  let tokens: UnsafePointer<Int>
  /// [rows]
  let placements: UnsafePointer<RowPlacement>
  /// The first row whose logits are wanted; `rows` for none.
  let firstLogitsRow: Int

  /// The numbers of a `ModelConfiguration` that a pass needs.
  struct Shape {
    let hidden: Int
    let intermediate: Int
    let heads: Int
    let keyValueHeads: Int
    let headDimension: Int
    let vocabulary: Int
    let epsilon: Float
    /// What embeddings are multiplied with.
    let embeddingScale: Float
    /// What attention scores are multiplied with, and what caps them then; 0 for no cap.
    let attentionScale: Float
    let attentionCap: Float
    /// What caps logits; 0 for no cap.
    let logitCap: Float
    let activation: Activation

    init(_ configuration: ModelConfiguration) {
      hidden = configuration.hiddenSize
      intermediate = configuration.intermediateSize
      heads = configuration.headCount
      keyValueHeads = configuration.keyValueHeadCount
      headDimension = configuration.headDimension
      vocabulary = configuration.vocabularySize
      epsilon = Float(configuration.rmsNormEpsilon)
      embeddingScale = configuration.embeddingScale
      attentionScale = configuration.attentionScale
      attentionCap = Float(configuration.attentionCap ?? 0)
      logitCap = Float(configuration.logitCap ?? 0)
      activation = configuration.activation
    }
  }

  /// Everything that the given thread does.
  func run(_ member: TeamMember) {
    embed(member)
    for index in plan.indices {
      if plan[index].runsAttention { attention(index, member) }
      if plan[index].runsMLP { mlp(index, member) }
    }
    if firstLogitsRow < rows { logits(member) }
  }

  /// residual[rows][hidden] ← the tokens' embeddings, scaled
  private func embed(_ member: TeamMember) {
    for row in member.share(of: rows) {
      let target = workspace.residual + row * shape.hidden
      sk_dequantize(
        embedding.type, embedding.weights + tokens[row] * embedding.rowBytes, 0, shape.hidden,
        target)
      if shape.embeddingScale != 1 {
        for index in 0..<shape.hidden { target[index] *= shape.embeddingScale }
      }
    }
    member.barrier()
  }

  /// residual += down · (activation(gate · h) ∘ (up · h)), with h = RMSNorm(residual)
  private func mlp(_ index: Int, _ member: TeamMember) {
    let layer = plan[index].weights
    var input = Input(workspace.residual, width: shape.hidden, .norm(layer.norm(.mlpNorm)))
    multiply(layer.matrix(.gate), &input, into: workspace.gate, member)
    multiply(layer.matrix(.up), &input, into: workspace.up, member)
    member.barrier()
    var product = Input(workspace.gate, width: shape.intermediate, .gated(up: workspace.up))
    add(
      layer.matrix(.down), &product, normalizedBy: layer.optionalNorm(.mlpOutputNorm), member)
  }

  /// residual += matrix · input, or its RMSNorm where there are weights for one; the last that a
  /// sub-layer does.
  func add(
    _ matrix: WeightView, _ input: inout Input, normalizedBy weights: UnsafePointer<Float>?,
    _ member: TeamMember
  ) {
    guard let weights else {
      multiply(matrix, &input, into: workspace.residual, accumulate: true, member)
      member.barrier()
      return
    }
    multiply(matrix, &input, into: workspace.output, member)
    member.barrier()
    for row in member.share(of: rows) {
      let output = workspace.output + row * shape.hidden
      let residual = workspace.residual + row * shape.hidden
      sk_rms_norm(isa, output, weights, shape.epsilon, shape.hidden, output)
      for index in 0..<shape.hidden { residual[index] += output[index] }
    }
    member.barrier()
  }

  /// logits[rows from firstLogitsRow][outputs of the head] ← head · RMSNorm(residual), capped
  private func logits(_ member: TeamMember) {
    var input = Input(
      workspace.residual, width: shape.hidden, .norm(finalNorm), first: firstLogitsRow)
    multiply(head, &input, into: workspace.logits, member)
    guard shape.logitCap > 0 else { return }
    member.barrier()
    let share = member.share(of: (rows - firstLogitsRow) * head.outputs, grain: 16)
    sk_soft_cap(isa, workspace.logits + share.lowerBound, share.count, shape.logitCap)
  }
}
