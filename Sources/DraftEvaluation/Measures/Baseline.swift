import Statistics

/// Plain decoding of a set of prompts.
public struct Baseline: Hashable, Sendable {
  /// Tokens per second of each pass over the timed prompts, without the prefills; at least one.
  public var samples: [Double]
  /// Prompts.
  public var promptCount: Int
  /// Of these, prompts that were decoded by themselves, one token a pass, and timed; all others'
  /// texts are known otherwise.
  public var timedPromptCount: Int
  /// Tokens that all prompts' texts have.
  public var tokenCount: Int
  /// Prompts whose continuation ends in a loop.
  public var loopingPromptCount: Int
  /// Seconds spent, everything included.
  public var seconds: Double
  /// Seconds that a prompt takes, its prefill included.
  public var secondsPerPrompt: Double

  /// - Parameters:
  ///   - timedPromptCount: nil for all.
  ///   - secondsPerPrompt: nil: all of `seconds` went into the passes, and one prompt more.
  public init(
    samples: [Double], promptCount: Int, timedPromptCount: Int? = nil, tokenCount: Int,
    loopingPromptCount: Int = 0, seconds: Double, secondsPerPrompt: Double? = nil
  ) {
    precondition(!samples.isEmpty)
    self.secondsPerPrompt =
      secondsPerPrompt ?? seconds / Double(samples.count * promptCount + 1)
    self.samples = samples
    self.promptCount = promptCount
    self.timedPromptCount = timedPromptCount ?? promptCount
    self.tokenCount = tokenCount
    self.loopingPromptCount = loopingPromptCount
    self.seconds = seconds
  }

  /// The median of the passes.
  public var tokensPerSecond: Double { median(samples) }
}
