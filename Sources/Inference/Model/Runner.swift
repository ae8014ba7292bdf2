import CKernels

/// A model with a KV cache and the memory for one pass.
final class Runner {
  let model: LanguageModel
  var cache: KVCache
  /// The full model's plan.
  let fullPlan: SublayerPlan
  private let rotary: RotaryTables
  /// The length of the prompt of the text in the cache; see `RowPlacement`.
  private(set) var promptLength = 0
  /// The text in the cache, as far as somebody noted it for a text that goes on from it; never more
  /// than the cache holds.
  private(set) var text: [Int] = []
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
    text = []
    self.promptLength = promptLength
  }

  /// Begins a text with a prompt, keeping the entries of tokens that the text in the cache begins
  /// with too: these are the same whatever comes after them. The prompt's last token is always left
  /// to be computed, for its logits.
  ///
  /// - Returns: the number of tokens kept.
  func begin(keepingPrefixOf prompt: [Int]) -> Int {
    let (old, oldLength) = (text, promptLength)
    let most = min(old.count, cache.count, prompt.count - 1)
    var common = 0
    while common < most, old[common] == prompt[common] { common += 1 }
    // Where RoPE depends on a text's length, entries of one length are no use for another.
    let configuration = model.configuration
    for scaling in [configuration.ropeScaling, configuration.localRope?.scaling].compactMap(\.self)
    {
      let variants = [oldLength, prompt.count, common].map {
        scaling.variant(sequenceLength: $0)
      }
      // A prefix shorter than the old prompt was rotated as the whole prompt was.
      if variants[0] != variants[1] || (common > oldLength && variants[2] != variants[0]) {
        common = 0
      }
    }
    cache.truncate(to: common)
    text = Array(old.prefix(common))
    promptLength = prompt.count
    return common
  }

  /// Notes what is in the cache: a text's first tokens.
  func note(_ tokens: [Int]) { text = Array(tokens.prefix(cache.count)) }

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
