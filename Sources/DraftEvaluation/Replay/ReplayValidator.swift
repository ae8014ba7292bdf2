import Inference

/// Measures the best few drafts by replay of other prompts, once whatever is asked for, at the
/// costs of the bench that found them.
///
/// A few prompts at a time, so that it can end when there is no time for more.
public final class ReplayValidator: Validator {
  /// Makes the bench of some prompts, by their numbers.
  public typealias Maker = (
    _ prompts: Range<Int>, _ stop: StopSignal
  ) throws(EvaluationError) -> ReplayBench

  private let promptCount: Int
  private let makeBench: Maker
  private var benches: [Int: ReplayBench] = [:]

  /// Prompts that are decoded plainly, then replayed, at once.
  private static let groupSize = 8

  /// - Parameters:
  ///   - generator: decodes and replays; not used by anybody else meanwhile.
  ///   - prompts: at least one; decoded plainly at the first validation.
  ///   - costs: what passes cost.
  public convenience init(
    generator: Generator, prompts: [EncodedPrompt], options: ReplayBench.Options, costs: CostModel
  ) {
    self.init(promptCount: prompts.count) { numbers, stop throws(EvaluationError) in
      try ReplayBench.prepare(
        generator: generator, prompts: Array(prompts[numbers]), options: options, costs: costs,
        until: stop)
    }
  }

  /// - Parameters:
  ///   - promptCount: at least 1.
  ///   - makeBench: called at the first validation, for a few prompts at a time.
  public init(promptCount: Int, _ makeBench: @escaping Maker) {
    precondition(promptCount >= 1)
    self.promptCount = promptCount
    self.makeBench = makeBench
  }

  /// Replays drafts at every position; see `Validator`.
  public func validate(
    _ drafts: [Draft], repetitions: Int, until stop: StopSignal,
    within budget: StopSignal = .never, progress: (_ done: Int, _ total: Int) -> Void
  ) throws(EvaluationError) -> [Evaluation] {
    var evaluations = drafts.map { Evaluation(draft: $0, samples: [], seconds: 0) }
    var done = 0
    for first in stride(from: 0, to: promptCount, by: Self.groupSize) {
      guard first == 0 || !budget.isRaised else { break }
      progress(done, promptCount)
      done = min(first + Self.groupSize, promptCount)
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
    progress(done, done)
    return evaluations
  }

  /// The bench of the prompts from one on; nil where none of them decodes anything.
  private func bench(_ first: Int, _ stop: StopSignal) throws(EvaluationError) -> ReplayBench? {
    if let bench = benches[first] { return bench }
    do throws(EvaluationError) {
      let bench = try makeBench(first..<min(first + Self.groupSize, promptCount), stop)
      benches[first] = bench
      return bench
    } catch {
      guard error == .nothingToMeasure else { throw error }
      return nil
    }
  }
}
