import Files

extension Baseline {
  /// `baseline` of a result. Its prompts, tokens and seconds stand elsewhere in the file; seconds
  /// are 0 after reading.
  package static func codec(promptCount: Int, tokenCount: Int) -> JSONCodec<Baseline> {
    .object { member throws(InputError) in
      member.derived("tokens_per_second") { .double($0.tokensPerSecond) }
      return Baseline(
        samples: try member(
          "samples", \.samples,
          .array(of: .number(in: 1e-9...1e12, of: "tokens per second"))
            .checked("there are no samples") { !$0.isEmpty }),
        promptCount: promptCount,
        timedPromptCount: try member(
          "timed_prompts", \.timedPromptCount,
          .integer(in: 1...(1 << 40)).ifAbsent(promptCount)),
        tokenCount: tokenCount,
        loopingPromptCount: try member(
          "looping_prompts", \.loopingPromptCount, .integer(in: 0...(1 << 40))),
        seconds: 0,
        secondsPerPrompt: try member("seconds_per_prompt", \.secondsPerPrompt, .seconds))
    }
  }
}
