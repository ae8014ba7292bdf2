import Inference

/// Decodes drafts really, and judges their complete replays by costs measured meanwhile: between
/// any two prompts a pair of runs of another, random draft model. Machines change their speed from
/// minute to minute, and not for all passes alike; so a difference of the two is the model's own.
public struct ReplayComparison {
  private let bench: ReplayBench
  private let decoder: DraftDecoder
  private let generator: Generator
  private let seed: UInt64
  /// What passes cost, as measured last.
  private var costs: CostModel
  private var count: UInt64 = 0

  /// - Parameters:
  ///   - bench: replays.
  ///   - decoder: decodes the same prompts.
  ///   - generator: the one that both use.
  ///   - seed: decides the random draft models.
  public init(
    _ bench: ReplayBench, decoder: DraftDecoder, generator: Generator, seed: UInt64
  ) {
    self.bench = bench
    self.decoder = decoder
    self.generator = generator
    self.seed = seed
    costs = bench.costModel
  }

  /// Compares replay and decoding of one draft.
  ///
  /// - Parameter rule: nil: the one that suits the draft model by the costs measured last.
  public mutating func compare(
    _ model: DraftModel, _ rule: StopRule?, until stop: StopSignal
  ) throws(EvaluationError) -> (replayed: Evaluation, decoded: Evaluation) {
    let draft: Draft
    if let rule {
      draft = Draft(model: model, stop: rule)
    } else {
      draft = try bench.evaluateCompletely(model, costs: costs, until: stop).draft
    }
    var measurement = CostMeasurement(
      generator: generator, prompts: bench.texts.map(\.prompt),
      choices: bench.choices, longestRound: bench.replayer.lookupMaximum, seed: seed &+ count)
    count += 1
    var failure: EvaluationError?
    let decoded = try decoder.validate([draft], repetitions: 1, until: stop) { _, _ in
      guard failure == nil else { return }
      do throws(EvaluationError) { try measurement.step(until: stop) } catch { failure = error }
    }
    if let failure { throw failure }
    guard let measured = measurement.model, let evaluation = decoded.first else {
      throw .nothingToMeasure
    }
    costs = measured
    return (try bench.evaluateExactly(draft, costs: costs, until: stop), evaluation)
  }
}
