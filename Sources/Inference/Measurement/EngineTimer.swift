/// Times single passes of one model, on one cache.
public final class EngineTimer {
  /// Rows of a prefill.
  public let prefillRows: Int
  /// Bytes that one `read` pass reads.
  public var readBytes: Double { Double(reader.byteCount) }

  private let model: LanguageModel
  private let runner: Runner
  private lazy var reader = ReadBandwidth(team: model.team)
  private let prompt: [Int]
  private let draftPlan: SublayerPlan
  private lazy var stepPlans = Dictionary(
    uniqueKeysWithValues: WeightPrecision.allCases.map { precision in
      let draft = DraftModel(
        skip: .none, weights: .uniform(precision), head: DraftHead(precision: precision))
      return (precision, model.plan(for: draft))
    })
  /// Decoding starts after a short prompt: this is about weights, not about a long context.
  let context: Int
  /// Positions of the long text that `EnginePass.far` follows; 0 where the model's context has no
  /// room for one.
  public let farContext: Int
  /// A cache of as many positions. They repeat the prompt's: what is read matters, not what it
  /// says.
  private lazy var far = {
    let far = Runner(model, capacity: farContext + Workspace.maximumRows)
    far.begin(promptLength: farContext)
    far.cache.fill(repeating: runner.cache, to: farContext)
    return far
  }()

  /// - Parameters:
  ///   - model: what to run; any tokens will do.
  ///   - draft: what a draft step runs; it fits the model.
  /// - Throws: where the model computes no numbers: its times would be as wrong.
  public init(model: LanguageModel, draft: DraftModel) throws(GenerationError) {
    self.model = model
    let most = model.configuration.contextLength
    let rows = max(1, min(256, most - 40))
    let vocabulary = model.configuration.vocabularySize
    prefillRows = rows
    prompt = (0..<rows).map { $0 * 31 % vocabulary }
    context = min(32, rows)
    farContext = most >= 1024 ? min(4096, most - Workspace.maximumRows) : 0
    runner = Runner(model, capacity: min(rows + 64, most))
    draftPlan = model.plan(for: draft)
    runner.begin(promptLength: rows)
    try model.check(runner.append(prompt), row: 0, at: rows - 1)
  }

  /// Whether the pass fits the model's context and a single call of the engine.
  public func canRun(_ pass: EnginePass) -> Bool {
    switch pass {
    case .verify(let rows):
      rows <= min(Workspace.maximumRows, prompt.count)
        && context + rows <= runner.cache.capacity
    case .far(let rows):
      farContext > 0 && rows <= min(Workspace.maximumRows, prompt.count)
    case .decode, .draft, .step, .prefill, .read: true
    }
  }

  /// The seconds of each of `passes` passes. What fits a cache gets there by a pass that does not
  /// count.
  public func seconds(_ pass: EnginePass, passes: Int) -> [Double] {
    precondition(canRun(pass) && passes >= 1)
    let warms = pass != .prefill && pass != .read && model.weightBytes() < 512 << 20
    let times = (0..<passes + (warms ? 1 : 0)).map { _ in
      let clock = Stopwatch()
      run(pass)
      return clock.seconds
    }
    return Array(times.suffix(passes))
  }

  private func run(_ pass: EnginePass) {
    switch pass {
    case .decode: runner.run(prompt[..<1], at: context, runner.fullPlan, logits: .all)
    case .draft: runner.run(prompt[..<1], at: context, draftPlan, logits: .all)
    case .step(let precision):
      guard let plan = stepPlans[precision] else { return }
      runner.run(prompt[..<1], at: context, plan, logits: .all)
    case .verify(let rows):
      runner.run(prompt[..<rows], at: context, runner.fullPlan, logits: .all)
    case .far(let rows):
      far.run(prompt[..<rows], at: farContext, far.fullPlan, logits: .all)
    case .prefill:
      runner.begin(promptLength: prompt.count)
      _ = runner.append(prompt)
    case .read: reader.pass()
    }
  }
}
