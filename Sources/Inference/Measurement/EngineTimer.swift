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
  private let context: Int

  /// - Parameters:
  ///   - model: what to run; any tokens will do.
  ///   - draft: what a draft step runs; it fits the model.
  public init(model: LanguageModel, draft: DraftModel) {
    self.model = model
    let most = model.configuration.contextLength
    let rows = max(1, min(256, most - 40))
    let vocabulary = model.configuration.vocabularySize
    prefillRows = rows
    prompt = (0..<rows).map { $0 * 31 % vocabulary }
    context = min(32, rows)
    runner = Runner(model, capacity: min(rows + 64, most))
    draftPlan = model.plan(for: draft)
    _ = runner.append(prompt)
  }

  /// Whether the pass fits the model's context and a single call of the engine.
  public func canRun(_ pass: EnginePass) -> Bool {
    guard case .verify(let rows) = pass else { return true }
    return rows <= min(Workspace.maximumRows, prompt.count)
      && context + rows <= runner.cache.capacity
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
    case .prefill:
      runner.begin(promptLength: prompt.count)
      _ = runner.append(prompt)
    case .read: reader.pass()
    }
  }
}
