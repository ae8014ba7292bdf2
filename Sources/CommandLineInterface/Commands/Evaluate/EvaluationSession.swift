import DraftEvaluation
import Files
import Inference
import SkipSearch

/// Evaluates one skip set after another on the same prompts, in the way that the user asked for.
final class EvaluationSession {
  private let draft: DraftOptions
  private let stop: StopSignal
  private var mode: any EvaluationMode

  init(_ options: EvaluationOptions, generator: Generator, prompts: [EncodedPrompt]) {
    let stop = Interruption.stopSignal
    let standard = StopRule(maximum: options.draft.maximum ?? StopRule().maximum)
    let decoder = DraftDecoder(
      generator: generator, prompts: prompts, maximumTokens: options.maximumTokens)
    let prepare = { () throws(EvaluationError) in
      try ReplayBench.prepare(
        generator: generator, prompts: prompts,
        options: ReplayBench.Options(
          maximumTokens: options.maximumTokens, draftMaximum: standard.maximum,
          stop: options.draft.stop, seed: options.seed, trialPositions: options.positions ?? 1),
        until: stop)
    }
    draft = options.draft
    self.stop = stop
    mode =
      switch options.kind {
      case .decode: DecodingMode(decoder: decoder, standard: standard)
      case .replay where options.positions == nil:
        CompleteReplayMode(bench: OnFirstUse(prepare))
      case .replay: SampleReplayMode(bench: OnFirstUse(prepare))
      case .auto:
        ComparisonMode(
          comparison: OnFirstUse { () throws(EvaluationError) in
            ReplayComparison(
              try prepare(), decoder: decoder, generator: generator, seed: options.seed)
          })
      }
  }

  /// The line to print for a skip set.
  func evaluate(_ file: SkipSetFile) throws(EvaluationError) -> JSON {
    let draft = self.draft.draft(from: file)
    let rule = self.draft.hasStopRule(with: file) ? draft.stop : nil
    return try mode.evaluate(draft.model, rule, until: stop)
  }
}
