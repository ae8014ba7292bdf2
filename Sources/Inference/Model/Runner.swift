import CKernels
import Checkpoints

/// A model with a KV cache and the memory for one pass.
final class Runner {
  let model: LanguageModel
  var cache: KVCache
  private var rotary: RotaryTable
  private let workspace: Workspace
  private let shape: ForwardPass.Shape

  /// Which rows of a pass give logits.
  enum LogitsRows {
    case none, last, all
  }

  /// - Parameter capacity: the most positions that the cache can hold.
  init(_ model: LanguageModel, capacity: Int) {
    let configuration = model.configuration
    self.model = model
    cache = KVCache(configuration, capacity: capacity)
    rotary = RotaryTable(configuration, capacity: capacity)
    workspace = Workspace(configuration, capacity: capacity, threads: model.team.count)
    shape = ForwardPass.Shape(
      hidden: configuration.hiddenSize, intermediate: configuration.intermediateSize,
      heads: configuration.headCount, keyValueHeads: configuration.keyValueHeadCount,
      headDimension: configuration.headDimension, vocabulary: configuration.vocabularySize,
      epsilon: Float(configuration.rmsNormEpsilon), window: configuration.slidingWindow ?? .max)
  }

  /// Runs up to `Workspace.maximumRows` tokens at positions `start`…; their keys and values go into
  /// the cache (where their sub-layers are not skipped), whose `count` stays as it is.
  ///
  /// - Returns: the logits, a row of `vocabularySize` per wanted row; valid until the next pass.
  @discardableResult
  func run(
    _ tokens: some Collection<Int>, at start: Int, skipping mask: SkipMask, logits: LogitsRows
  ) -> LogitsView {
    let tokens = Array(tokens)
    precondition(start + tokens.count <= cache.capacity)
    let first =
      switch logits {
      case .none: tokens.count
      case .last: tokens.count - 1
      case .all: 0
      }
    return pass(
      tokens, .consecutive(start: start, cache.view), end: start + tokens.count, skipping: mask,
      firstLogitsRow: first)
  }

  /// Runs up to `Workspace.maximumRows` draft steps, each of a round of its own, as one batch.
  ///
  /// - Returns: the logits, a row of `vocabularySize` per step; valid until the next pass.
  func run(
    _ tokens: [Int], as steps: [DraftStepPlacement], skipping mask: SkipMask
  ) -> LogitsView {
    precondition(steps.count == tokens.count)
    let end = steps.reduce(0) { max($0, $1.position + 1) }
    precondition(end <= cache.capacity)
    return steps.withUnsafeBufferPointer { steps in
      guard let base = steps.baseAddress else { preconditionFailure("no steps") }
      return pass(tokens, .draftSteps(base), end: end, skipping: mask, firstLogitsRow: 0)
    }
  }

  /// - Parameter end: the position after the last that any row stands at.
  private func pass(
    _ tokens: [Int], _ placement: ForwardPass.Placement, end: Int, skipping mask: SkipMask,
    firstLogitsRow first: Int
  ) -> LogitsView {
    precondition(!tokens.isEmpty && tokens.count <= Workspace.maximumRows)
    rotary.fill(to: end)
    let buffers = Buffers(workspace, rotary)
    model.layers.withUnsafeBufferPointer { layers in
      tokens.withUnsafeBufferPointer { tokens in
        mask.attention.withUnsafeBufferPointer { skipsAttention in
          mask.mlp.withUnsafeBufferPointer { skipsMLP in
            guard let ids = tokens.baseAddress, let attention = skipsAttention.baseAddress,
              let mlp = skipsMLP.baseAddress
            else { return }
            let pass = ForwardPass(
              isa: model.instructionSet.raw, configuration: shape, layers: layers,
              embedding: model.embedding, head: model.head, finalNorm: model.finalNorm,
              tokens: ids, rows: tokens.count, placement: placement, skipsAttention: attention,
              skipsMLP: mlp, firstLogitsRow: first, buffers: buffers)
            model.team.run { pass.run($0) }
          }
        }
      }
    }
    return LogitsView(
      base: buffers.logits, rows: tokens.count - first, vocabulary: shape.vocabulary,
      isa: model.instructionSet.raw)
  }

  /// Runs any number of tokens through the full model from the cache's end on, and extends it.
  ///
  /// - Returns: the last token's logits.
  func prefill(_ tokens: some RandomAccessCollection<Int>) -> LogitsView {
    let none = SkipMask(.none, layerCount: model.layers.count)
    var rest = tokens[...]
    while true {
      let piece = rest.prefix(Workspace.maximumRows)
      rest = rest.dropFirst(piece.count)
      let view = run(
        piece, at: cache.count, skipping: none, logits: rest.isEmpty ? .last : .none)
      cache.extend(to: cache.count + piece.count)
      if rest.isEmpty { return view }
    }
  }
}
