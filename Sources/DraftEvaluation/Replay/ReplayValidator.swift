import Inference

/// Measures the best few drafts by replay of other prompts, once whatever is asked for, at the
/// costs of the bench that found them.
///
/// A few prompts at a time, so that it can end when there is no time for more.
public final class ReplayValidator: Validator {
  private let generator: Generator
  private let prompts: [EncodedPrompt]
  private let options: ReplayBench.Options
  private let costs: CostModel
  private var benches: [Int: ReplayBench] = [:]

  /// Prompts that are decoded plainly, then replayed, at once.
  private static let groupSize = 8

  /// - Parameters:
  ///   - generator: decodes and replays; not used by anybody else meanwhile.
  ///   - prompts: at least one; decoded plainly at the first validation.
  ///   - costs: what passes cost.
  public init(
    generator: Generator, prompts: [EncodedPrompt], options: ReplayBench.Options, costs: CostModel
  ) {
    precondition(!prompts.isEmpty)
    self.generator = generator
    self.prompts = prompts
    self.options = options
    self.costs = costs
  }

  /// Replays drafts at every position; see `Validator`.
  public func validate(
    _ drafts: [Draft], repetitions: Int, until stop: StopSignal,
    within budget: StopSignal = .never, progress: (_ done: Int, _ total: Int) -> Void
  ) throws(EvaluationError) -> [Evaluation] {
    var evaluations = drafts.map { Evaluation(draft: $0, samples: [], seconds: 0) }
    for first in stride(from: 0, to: prompts.count, by: Self.groupSize) {
      guard first == 0 || !budget.isRaised else { break }
      progress(first, prompts.count)
      guard let bench = try bench(first, stop) else { continue }
      for (index, draft) in drafts.enumerated() {
        let evaluation = try bench.evaluateExactly(draft, until: stop)
        evaluations[index].seconds += evaluation.seconds
        evaluations[index].samples += evaluation.samples.map { sample in
          var sample = sample
          sample.prompt += first
          return sample
        }
      }
    }
    guard evaluations.allSatisfy({ !$0.samples.isEmpty }) else { throw .nothingToMeasure }
    progress(prompts.count, prompts.count)
    return evaluations
  }

  /// The bench of the prompts from one on; nil where none of them decodes anything.
  private func bench(_ first: Int, _ stop: StopSignal) throws(EvaluationError) -> ReplayBench? {
    if let bench = benches[first] { return bench }
    do throws(EvaluationError) {
      let group = Array(prompts[first...].prefix(Self.groupSize))
      let bench = try ReplayBench.prepare(
        generator: generator, prompts: group, options: options, costs: costs, until: stop)
      benches[first] = bench
      return bench
    } catch {
      guard error == .nothingToMeasure else { throw error }
      return nil
    }
  }
}
