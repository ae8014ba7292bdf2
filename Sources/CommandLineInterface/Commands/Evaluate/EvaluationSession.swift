import DraftEvaluation
import Files
import Inference
import SkipSearch

/// Evaluates one skip set after another on the same prompts, in the way that the user asked for.
final class EvaluationSession {
  private let draft: DraftOptions
  private let ranking: VocabularyRanking
  private let stop: StopSignal
  private var mode: any EvaluationMode

  init(_ options: EvaluationOptions, generator: Generator, prompts: [EncodedPrompt]) {
    let stop = Interruption.stopSignal
    let standard = StopRule(maximum: options.draft.maximum ?? StopRule().maximum)
    let decoder = DraftDecoder(
      generator: generator, prompts: prompts, maximumTokens: options.maximumTokens)
    let prepare = { (first: DraftModel) throws(EvaluationError) in
      var bench = ReplayBench.Options(
        maximumTokens: options.maximumTokens, draftMaximum: max(standard.maximum, 1),
        stop: options.draft.stop, policy: .classical, seed: options.seed,
        trialPositions: options.positions ?? 1)
      bench.policy.lookup = options.draft.policy.lookup ?? .off
      bench.choices = DraftChoices(measuring: first, draftMaximum: bench.draftMaximum)
      return try ReplayBench.prepare(
        generator: generator, prompts: prompts, options: bench, until: stop)
    }
    draft = options.draft
    ranking = VocabularyRanking(of: generator.model, endOfText: generator.endOfText.min())
    self.stop = stop
    mode =
      switch options.kind {
      case .decode: DecodingMode(decoder: decoder, standard: standard)
      case .replay where options.positions == nil:
        CompleteReplayMode(bench: OnFirstUse(prepare))
      case .replay: SampleReplayMode(bench: OnFirstUse(prepare))
      case .auto:
        ComparisonMode(
          comparison: OnFirstUse { first throws(EvaluationError) in
            ReplayComparison(
              try prepare(first), decoder: decoder, generator: generator, seed: options.seed)
          })
      }
  }

  /// The line to print for a skip set.
  func evaluate(_ file: SkipSetFile) throws(EvaluationError) -> JSON {
    guard let draft = self.draft.draft(from: file, ranking) else {
      preconditionFailure("a file describes a draft")
    }
    let rule = self.draft.hasStopRule(with: file) ? draft.stop : nil
    return try mode.evaluate(draft.model, rule, until: stop)
  }
}
