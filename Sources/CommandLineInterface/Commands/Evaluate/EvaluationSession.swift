import DraftEvaluation
import Files
import Inference
import SkipSearch

/// Evaluates one skip set after another on the same prompts, in the way that the user asked for.
final class EvaluationSession {
  private let options: EvaluationOptions
  private let decoder: DecodeEvaluator
  private let replayer: ReplayEvaluator
  private let isStopped = { Interruption.isRequested }

  init(_ options: EvaluationOptions, generator: Generator, prompts: [EncodedPrompt]) {
    self.options = options
    decoder = DecodeEvaluator(
      generator: generator, prompts: prompts, maximumTokens: options.maximumTokens)
    replayer = ReplayEvaluator(
      generator: generator, prompts: prompts, maximumTokens: options.maximumTokens,
      draftMaximum: options.draft.maximum ?? StopRule().maximum, stop: options.draft.stop,
      seed: options.seed, trialStarts: options.starts ?? 1)
  }

  /// The line to print for a skip set.
  func evaluate(_ file: SkipSetFile) throws(EvaluationError) -> JSON {
    let draft = options.draft.draft(from: file)
    let hasRule = options.draft.hasStopRule(with: file)
    switch options.kind {
    case .decode:
      return try decoder.evaluate(draft, incumbent: nil, isStopped: isStopped).line
    case .replay:
      return try replay(draft, hasRule: hasRule).line
    case .auto:
      let (replayed, decoded) = try replayer.compare(
        draft.model.skip, hasRule ? draft.stop : nil, with: decoder, isStopped: isStopped)
      return decoded.line.adding([
        JSON.Member("replay", replayed.line),
        JSON.Member("agreement", Agreement(replayed: replayed, decoded: decoded).json),
      ])
    }
  }

  /// - Parameter hasRule: whether the draft's stop rule was asked for; otherwise the one that suits
  ///   the set is found.
  private func replay(_ draft: Draft, hasRule: Bool) throws(EvaluationError) -> Evaluation {
    if options.starts != nil {
      return hasRule
        ? try replayer.evaluateSample(draft, isStopped: isStopped)
        : try replayer.evaluate(draft, incumbent: nil, isStopped: isStopped)
    }
    return hasRule
      ? try replayer.evaluateExactly(draft, isStopped: isStopped)
      : try replayer.evaluateCompletely(draft.model.skip, isStopped: isStopped)
  }
}

extension Evaluation {
  /// The figures with what they are made of, prompt by prompt.
  fileprivate var line: JSON {
    json.adding([JSON.Member("samples", DecodingSample.json(samples))])
  }
}
