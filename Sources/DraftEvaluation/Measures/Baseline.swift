import Statistics

/// Plain decoding of a set of prompts.
public struct Baseline: Hashable, Sendable {
  /// Tokens per second of each pass over the prompts, without the prefills; at least one.
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
