import DraftEvaluation
import Files
import Inference
import SkipSearch

/// Evaluates one skip set after another on the same prompts, in the way that the user asked for.
final class EvaluationSession {
  private let options: EvaluationOptions
  private let generator: Generator
  private let decoder: DraftDecoder
  private let stop = Interruption.stopSignal
  private var bench: ReplayBench?
  private var comparison: ReplayComparison?
  private var turn = 0

  init(_ options: EvaluationOptions, generator: Generator, prompts: [EncodedPrompt]) {
    self.options = options
    self.generator = generator
    decoder = DraftDecoder(
      generator: generator, prompts: prompts, maximumTokens: options.maximumTokens)
  }

  /// The line to print for a skip set.
  func evaluate(_ file: SkipSetFile) throws(EvaluationError) -> JSON {
    let draft = options.draft.draft(from: file)
    let hasRule = options.draft.hasStopRule(with: file)
    switch options.kind {
    case .decode:
      turn += 1
      return try decoder.evaluate(draft, turn: turn, until: stop).line
    case .replay: return try replay(draft, hasRule: hasRule).line
    case .auto:
      let (replayed, decoded) = try compare(draft, hasRule: hasRule)
      return decoded.line.adding([
        JSON.Member("replay", replayed.line),
        JSON.Member("agreement", Agreement(replayed: replayed, decoded: decoded).json),
      ])
    }
  }

  /// - Parameter hasRule: whether the draft's stop rule was asked for; otherwise the one that suits
  ///   the set is found.
  private func replay(_ draft: Draft, hasRule: Bool) throws(EvaluationError) -> Evaluation {
    let bench = try preparedBench()
    if options.starts != nil {
      return hasRule
        ? try bench.evaluateSample(draft, until: stop)
        : try bench.evaluate(draft.model, against: nil, until: stop).evaluation
    }
    return hasRule
      ? try bench.evaluateExactly(draft, until: stop)
      : try bench.evaluateCompletely(draft.model, until: stop)
  }

  private func preparedBench() throws(EvaluationError) -> ReplayBench {
    if let bench { return bench }
    let bench = try ReplayBench.prepare(
      generator: generator, prompts: decoder.prompts,
      options: ReplayBench.Options(
        maximumTokens: options.maximumTokens,
        draftMaximum: options.draft.maximum ?? StopRule().maximum, stop: options.draft.stop,
        seed: options.seed, trialPositions: options.starts ?? 1), until: stop)
    self.bench = bench
    return bench
  }

  private func compare(
    _ draft: Draft, hasRule: Bool
  ) throws(EvaluationError) -> (replayed: Evaluation, decoded: Evaluation) {
    let bench = try preparedBench()
    var comparison =
      comparison
      ?? ReplayComparison(bench, decoder: decoder, generator: generator, seed: options.seed)
    defer { self.comparison = comparison }
    return try comparison.compare(draft.model, hasRule ? draft.stop : nil, until: stop)
  }
}

extension Evaluation {
  /// The figures with what they are made of, prompt by prompt.
  fileprivate var line: JSON {
    json.adding([JSON.Member("samples", DecodingSample.json(samples))])
  }
}
