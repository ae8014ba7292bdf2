import Inference

/// Measures the best few drafts by replay of other prompts, once whatever is asked for, at the
/// costs of the bench that found them.
public final class ReplayValidator: Validator {
  private let prepare: (StopSignal) throws(EvaluationError) -> ReplayBench
  private var bench: ReplayBench?

  /// - Parameters:
  ///   - generator: decodes and replays; not used by anybody else meanwhile.
  ///   - prompts: at least one; decoded plainly at the first validation.
  ///   - costs: what passes cost.
  public init(
    generator: Generator, prompts: [EncodedPrompt], options: ReplayBench.Options, costs: CostModel
  ) {
    prepare = { stop throws(EvaluationError) in
      try ReplayBench.prepare(
        generator: generator, prompts: prompts, options: options, costs: costs, until: stop)
    }
  }

  /// Replays drafts at every position; see `Validator`.
  public func validate(
    _ drafts: [Draft], repetitions: Int, until stop: StopSignal,
    within budget: StopSignal = .never, progress: (_ done: Int, _ total: Int) -> Void
  ) throws(EvaluationError) -> [Evaluation] {
    var evaluations: [Evaluation] = []
    for (index, draft) in drafts.enumerated() {
      progress(index, drafts.count)
      evaluations.append(try prepared(stop).evaluateExactly(draft, until: stop))
    }
    return evaluations
  }

  private func prepared(_ stop: StopSignal) throws(EvaluationError) -> ReplayBench {
    if let bench { return bench }
    let bench = try prepare(stop)
    self.bench = bench
    return bench
  }
}
