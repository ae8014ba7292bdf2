import DraftEvaluation
import Files
import Inference
import SkipSearch

/// Evaluates one skip set after another on the same prompts, in the way that the user asked for.
final class EvaluationSession {
  private let command: EvaluateCommand
  private let decoder: DecodeEvaluator
  private let replayer: ReplayEvaluator
  private let isStopped = { Interruption.isRequested }

  init(command: EvaluateCommand, generator: Generator, prompts: [EncodedPrompt]) {
    self.command = command
    decoder = DecodeEvaluator(
      generator: generator, prompts: prompts, maximumTokens: command.maximumTokens)
    replayer = ReplayEvaluator(
      generator: generator, prompts: prompts, maximumTokens: command.maximumTokens,
      draftMaximum: command.draft.maximum ?? StopRule().maximum, stop: command.draft.stop,
      seed: command.seed, trialStarts: command.starts ?? 1)
  }

  /// The line to print for a skip set.
  func evaluate(_ file: SkipSetFile) throws(EvaluationError) -> JSON {
    let candidate = Draft(skip: file.skip, stop: command.draft.settings(over: file.draft))
    switch command.kind {
    case .decode:
      return try decoder.evaluate(candidate, incumbent: nil, isStopped: isStopped).line
    case .replay:
      return try replay(candidate, hasRule: file.draft != nil || command.draft.stop != nil).line
    case .auto:
      let hasRule = file.draft != nil || command.draft.stop != nil
      let (replayed, decoded) = try replayer.compare(
        file.skip, hasRule ? candidate.stop : nil, with: decoder, isStopped: isStopped)
      return decoded.line.adding([
        JSON.Member("replay", replayed.line),
        JSON.Member("agreement", Agreement(replayed: replayed, decoded: decoded).json),
      ])
    }
  }

  private func replay(
    _ candidate: Draft, hasRule: Bool
  ) throws(EvaluationError) -> Evaluation {
    if command.starts != nil {
      return hasRule
        ? try replayer.evaluateSample(candidate, isStopped: isStopped)
        : try replayer.evaluate(candidate, incumbent: nil, isStopped: isStopped)
    }
    return hasRule
      ? try replayer.evaluateExactly(candidate, isStopped: isStopped)
      : try replayer.evaluateCompletely(candidate.model.skip, isStopped: isStopped)
  }
}

extension Evaluation {
  /// The figures with what they are made of, prompt by prompt.
  fileprivate var line: JSON {
    json.adding([JSON.Member("samples", DecodingSample.json(samples))])
  }
}
