import CKernels

/// A model with a KV cache and the memory for one pass.
final class Runner {
  let model: LanguageModel
  var cache: KVCache
  /// The full model's plan.
  let fullPlan: SublayerPlan
  private let rotary: RotaryTables
  /// The length of the prompt of the text in the cache; see `RowPlacement`.
  private var promptLength = 0
  private let workspace: Workspace
  private let shape: ForwardPass.Shape

  /// Which rows of a pass give logits.
  enum LogitsRows {
    case none, last, all
  }

  /// - Parameter capacity: the most positions that the cache can hold.
  init(_ model: LanguageModel, capacity: Int) {
    let configuration = model.configuration
    let layout = KeyValueLayout(configuration, capacity: capacity)
    self.model = model
    cache = KVCache(layout)
    fullPlan = model.plan(for: .full)
    rotary = RotaryTables(configuration, capacity: capacity)
    workspace = Workspace(configuration, layout, threads: model.team.count)
    shape = ForwardPass.Shape(configuration)
  }

  /// Forgets the text in the cache and begins another.
  ///
  /// - Parameter promptLength: of the tokens that it begins with, all of which are known.
  func begin(promptLength: Int) {
    cache.truncate(to: 0)
    self.promptLength = promptLength
  }

  /// Runs any number of tokens, at least one, through the full model from the cache's end on, and
  /// extends it: a prompt, or the token that was emitted last.
  ///
  /// - Returns: the last token's logits; valid until the next pass.
  func append(_ tokens: some RandomAccessCollection<Int>) -> LogitsView {
    var rest = tokens[...]
    while true {
      let piece = rest.prefix(Workspace.maximumRows)
      rest = rest.dropFirst(piece.count)
      let view = run(
        piece, at: cache.count, fullPlan, logits: rest.isEmpty ? .last : .none)
      cache.extend(to: cache.count + piece.count)
      if rest.isEmpty { return view }
    }
  }

  /// Runs up to `Workspace.maximumRows` tokens at positions `start`…; the keys and values of the
  /// sub-layers that run go into the cache, whose `count` stays as it is.
  ///
  /// - Returns: the logits, a row per wanted row; valid until the next pass.
  @discardableResult
  func run(
    _ tokens: some Collection<Int>, at start: Int, _ plan: SublayerPlan, logits: LogitsRows
  ) -> LogitsView {
    let cache = cache.view
    let placements = (start..<start + tokens.count).map {
      RowPlacement(position: $0, promptLength: promptLength, cache: cache, own: nil)
    }
    return run(Array(tokens), at: placements, plan, logits: logits)
  }

  /// Runs up to `Workspace.maximumRows` tokens, each wherever its placement says.
  ///
  /// - Returns: the logits, a row per wanted row; valid until the next pass.
  func run(
    _ tokens: [Int], at placements: [RowPlacement], _ plan: SublayerPlan, logits: LogitsRows
  ) -> LogitsView {
    let rows = tokens.count
    precondition((1...Workspace.maximumRows).contains(rows) && placements.count == rows)
    precondition(plan.layers.count == model.layers.count)
    let end = placements.reduce(0) { max($0, $1.position + 1) }
    precondition(end <= cache.capacity)
    rotary.fill(to: end, promptLength: promptLength)
    let first =
      switch logits {
      case .none: rows
      case .last: rows - 1
      case .all: 0
      }
    let memory = workspace.view
    plan.layers.withUnsafeBufferPointer { layers in
      tokens.withUnsafeBufferPointer { tokens in
        placements.withUnsafeBufferPointer { placements in
          guard let tokens = tokens.baseAddress, let placements = placements.baseAddress else {
            return
          }
          let pass = ForwardPass(
            isa: model.instructionSet.raw, dot: model.dot, shape: shape,
            embedding: model.embedding, head: plan.head.matrix, finalNorm: model.finalNorm,
            rotary: rotary.view, workspace: memory, plan: layers, rows: rows, tokens: tokens,
            placements: placements, firstLogitsRow: first)
          model.team.run { pass.run($0) }
        }
      }
    }
    return LogitsView(
      base: memory.logits, rows: rows - first, vocabulary: shape.vocabulary, plan: plan,
      isa: model.instructionSet.raw)
  }
}
