import Inference
import Statistics

/// Times the passes of decoding on this machine, with random drafts and rounds of all lengths, in
/// turn with plain decoding of the same prompts.
///
/// Everything is timed where it happens, in the generator: choosing tokens and confidences are in,
/// and caches are in the state that decoding leaves them in. Within a pair, times are divided by
/// how much slower or faster plain decoding was than its median: a machine whose speed drifts must
/// not make one draft dearer than another.
struct CostMeasurement {
  private let generator: Generator
  private let prompts: [[Int]]
  private var drafts: MeasuredDrafts
  private var runs: [(plain: Generation, speculative: Generation, draft: DraftModel)] = []

  /// Pairs of runs that a measurement takes.
  static func pairCount(_ choices: DraftChoices) -> Int { choices.isClassical ? 40 : 48 }
  /// Tokens of each run.
  private var tokens: Int { drafts.choices.isClassical ? 24 : 12 }
  /// The most tokens of a prompt, in turn: what a pass costs depends on the context's length alone,
  /// and reading long ones in takes time.
  private static let promptTokens = [32, 64, 160]

  /// A measurement that has not begun.
  ///
  /// - Parameters:
  ///   - prompts: token ids, at least one prompt.
  ///   - choices: what drafts may consist of.
  ///   - longestRound: the most tokens of a round whose verification will be asked for.
  ///   - seed: decides the drafts.
  init(
    generator: Generator, prompts: [[Int]], choices: DraftChoices, longestRound: Int,
    seed: UInt64
  ) {
    self.generator = generator
    self.prompts = prompts
    drafts = MeasuredDrafts(choices, longestRound: longestRound, seed: seed)
  }

  /// Measures all pairs one after another.
  ///
  /// - Throws: `interrupted`, or where a prompt does not fit the model.
  static func measure(
    generator: Generator, prompts: [[Int]], choices: DraftChoices, longestRound: Int,
    seed: UInt64, until stop: StopSignal
  ) throws(EvaluationError) -> CostModel {
    var measurement = CostMeasurement(
      generator: generator, prompts: prompts, choices: choices, longestRound: longestRound,
      seed: seed)
    for _ in 0..<pairCount(choices) { try measurement.step(until: stop) }
    guard let model = measurement.model else { throw .nothingToMeasure }
    return model
  }

  /// Runs one pair: a draft model and a length of their own, so that their errors average out. Any number
  /// of steps that is a multiple of the lengths covers all densities and lengths alike.
  mutating func step(until stop: StopSignal) throws(EvaluationError) {
    let pair = runs.count
    let draft = drafts.draft(pair, layerCount: generator.model.configuration.layerCount)
    let prompt = pair * 13 % prompts.count
    var plain: Generation?
    var speculative: Generation?
    // Which of the two is first changes from pair to pair.
    for turn in 0..<2 {
      if (turn + pair) % 2 == 0 {
        plain = try run(prompt, nil, stop)
      } else {
        speculative = try run(prompt, draft, stop)
      }
    }
    if let plain, let speculative { runs.append((plain, speculative, draft.model)) }
  }

  /// The model that fits the pairs so far; nil where there are too few.
  var model: CostModel? {
    let speeds = runs.map { run in median(run.plain.timings.map(\.verificationSeconds)) }
    let typical = median(speeds.filter { $0 > 0 })
    let shape = DraftShape(generator.model)
    let passes = zip(runs, speeds).flatMap { run, speed in
      guard speed > 0 else { return [TimedPass]() }
      let drift = speed / typical
      let load = DraftLoad(run.draft, of: shape)
      return TimedPass.passes(of: run.plain, drafting: nil, drift: drift)
        + TimedPass.passes(of: run.speculative, drafting: load, drift: drift)
    }
    guard Self.isEnough(passes) else { return nil }
    return CostModel(
      fitting: passes, shape: shape,
      maximumRows: max(drafts.choices.draftMaximum, drafts.longestRound) + 1)
  }

  private func promptTokens(_ prompt: Int) -> [Int] {
    guard !drafts.choices.isClassical else { return prompts[prompt] }
    return prompts[prompt].suffix(Self.promptTokens[runs.count % Self.promptTokens.count])
  }

  private func run(
    _ prompt: Int, _ draft: Draft?, _ stop: StopSignal
  ) throws(EvaluationError) -> Generation {
    try stop.check()
    let result: Generation
    do throws(GenerationError) {
      result = try generator.generate(
        prompt: promptTokens(prompt), maximumTokens: tokens, draft: draft,
        ignoringEndOfText: true, onTokens: { _ in !stop.isRaised })
    } catch {
      throw .generation(prompt: "prompt \(prompt + 1)", error)
    }
    guard result.finish != .interrupted else { throw .interrupted }
    return result
  }

  private static func isEnough(_ passes: [TimedPass]) -> Bool {
    let kinds = passes.map(\.kind)
    return kinds.contains(.plain)
      && kinds.contains { if case .draft(true, _) = $0 { true } else { false } }
      && kinds.contains { if case .verification = $0 { true } else { false } }
  }
}
