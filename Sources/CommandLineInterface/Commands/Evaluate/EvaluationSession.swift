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
    // With 0 every draft has a rule, and a lookup with it.
    let standard = StopRule(maximum: max(1, options.draft.maximum ?? StopRule().maximum))
    let decoder = DraftDecoder(
      generator: generator, prompts: prompts, maximumTokens: options.maximumTokens)
    let prepare = { (needs: ReplayNeeds) throws(EvaluationError) in
      var bench = ReplayBench.Options(
        maximumTokens: options.maximumTokens, draftMaximum: needs.draftMaximum,
        stop: options.draft.stop, policy: .classical, seed: options.seed,
        trialPositions: options.positions ?? 1)
      bench.policy.lookup = options.draft.policy.lookup ?? .off
      bench.lookupMaximum = needs.lookupMaximum
      bench.choices = needs.choices
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
          comparison: OnFirstUse { needs throws(EvaluationError) in
            ReplayComparison(
              try prepare(needs), decoder: decoder, generator: generator, seed: options.seed)
          })
      }
  }

  /// The line to print for a skip set.
  ///
  /// - Throws: `EvaluationError`, and `InputError` where the command line asks for another draft than
  ///   the file can give.
  func evaluate(_ file: SkipSetFile) throws -> JSON {
    guard let draft = try self.draft.draft(from: file, ranking) else {
      preconditionFailure("a file describes a draft")
    }
    let rule = self.draft.hasStopRule(with: file) ? draft.stop : nil
    let needs = ReplayNeeds(draft.model, rule, maximum: self.draft.maximum ?? StopRule().maximum)
    return try mode.evaluate(draft.model, rule, needing: needs, until: stop)
  }
}
