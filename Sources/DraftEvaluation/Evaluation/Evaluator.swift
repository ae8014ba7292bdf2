import Inference
import Statistics

/// How trials are evaluated.
public enum EvaluatorKind: String, Sendable, CaseIterable {
  /// Replay for trials, real decoding for the best few, and a check that both agree.
  case auto
  /// Replaying drafts along the full model's known output, with modelled times.
  case replay
  /// Really decoding the calibration prompts, plainly and speculatively in turn.
  case decode
}

/// Measures candidates on one fixed set of prompts, the same for every candidate (common random
/// numbers: what differs between trials is the skip set alone).
public protocol Evaluator: AnyObject {
  /// Measures plain decoding of all prompts.
  ///
  /// - Parameters:
  ///   - repetitions: passes over the prompts, at least 1.
  ///   - isStopped: asked between prompts and while decoding; true ends with `interrupted`.
  func baseline(
    repetitions: Int, isStopped: @escaping () -> Bool
  ) throws(EvaluationError) -> Baseline

  /// Measures a candidate.
  ///
  /// - Parameters:
  ///   - candidate: the skip set and the settings to draft with.
  ///   - incumbent: the best complete evaluation so far; the evaluation may end early where the
  ///     candidate cannot reach it (see `Racing`). Nil: all prompts are measured.
  ///   - isStopped: as for `baseline`.
  func evaluate(
    _ candidate: Draft, incumbent: Evaluation?, isStopped: @escaping () -> Bool
  ) throws(EvaluationError) -> Evaluation

  /// What the optimiser is told of an evaluation that this evaluator made; nil where it decoded nothing.
  ///
  /// - Parameter incumbent: the one that was given to `evaluate`.
  func objective(of evaluation: Evaluation, incumbent: Evaluation?) -> Racing.Objective?
}

extension Evaluator {
  /// `Racing.objective`.
  public func objective(
    of evaluation: Evaluation, incumbent: Evaluation?
  ) -> Racing.Objective? {
    Racing.objective(evaluation, incumbent: incumbent)
  }
}

/// Measures the few best candidates again, on prompts that the search has not seen.
public protocol Validator: AnyObject {
  /// Measures all candidates, in turn with plain decoding, prompt by prompt.
  ///
  /// - Returns: one evaluation per candidate, with a sample per prompt and repetition.
  func validate(
    _ candidates: [Draft], repetitions: Int, isStopped: @escaping () -> Bool,
    progress: (_ done: Int, _ total: Int) -> Void
  ) throws(EvaluationError) -> [Evaluation]
}

/// Plain decoding of a set of prompts.
public struct Baseline: Hashable, Sendable {
  /// Tokens per second of each pass over the prompts, without the prefills.
  public var samples: [Double]
  /// Prompts.
  public var promptCount: Int
  /// Tokens that one pass emits.
  public var tokenCount: Int
  /// Prompts whose continuation ends in a loop.
  public var loopingPromptCount: Int
  /// Seconds spent, everything included.
  public var seconds: Double
  /// Seconds that a prompt takes, its prefill included.
  public var secondsPerPrompt: Double

  /// Collects the figures of a baseline; `samples` has at least one.
  ///
  /// - Parameter secondsPerPrompt: nil: all of `seconds` went into the passes, and one prompt more.
  public init(
    samples: [Double], promptCount: Int, tokenCount: Int, loopingPromptCount: Int = 0,
    seconds: Double, secondsPerPrompt: Double? = nil
  ) {
    precondition(!samples.isEmpty)
    self.secondsPerPrompt =
      secondsPerPrompt ?? seconds / Double(samples.count * promptCount + 1)
    self.samples = samples
    self.promptCount = promptCount
    self.tokenCount = tokenCount
    self.loopingPromptCount = loopingPromptCount
    self.seconds = seconds
  }

  /// The median of the passes.
  public var tokensPerSecond: Double { median(samples) }
}

/// Why an evaluation has no result.
public enum EvaluationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// It was told to stop.
  case interrupted
  /// Speculative decoding emitted other tokens than plain decoding: a defect of this program.
  case notLossless(place: String, position: Int, skip: SkipSet)
  /// Plain decoding emitted other tokens than the time before: a defect of this program.
  case notReproducible(place: String, position: Int)
  /// A prompt that the model cannot continue.
  case generation(place: String, GenerationError)
  /// Every answer ends with its first token.
  case nothingToMeasure

  /// One sentence without its full stop.
  public var description: String {
    switch self {
    case .interrupted: "interrupted"
    case .notLossless(let place, let position, let skip):
      "internal error: with \(skip.json.compact) skipped, token \(position) of \(place) differs "
        + "from plain decoding's; please report this"
    case .notReproducible(let place, let position):
      "internal error: token \(position) of \(place) differs between two runs of plain decoding; "
        + "please report this"
    case .generation(let place, let error): "\(place): \(error)"
    case .nothingToMeasure:
      "the model ends every answer with its first token, so there is nothing to measure; give "
        + "other prompts with --prompts"
    }
  }
}
