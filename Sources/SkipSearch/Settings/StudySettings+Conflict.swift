extension StudySettings {
  /// Where `other` would measure or propose something else, a sentence that names the option that
  /// differs; nil where a study may go on with these settings.
  ///
  /// - Parameter advice: what to do instead.
  func conflict(with other: StudySettings, or advice: String) -> String? {
    func differs(_ option: String, _ old: some CustomStringConvertible, _ new: String) -> String {
      "the journal was written with \(option) \(old), this search has \(new); "
        + "give \(option) \(old), or \(advice)"
    }
    if seed != other.seed { return differs("--seed", seed, String(other.seed)) }
    if evaluator != other.evaluator {
      return differs("--evaluator", evaluator.rawValue, other.evaluator.rawValue)
    }
    if optimizer != other.optimizer {
      return differs("--optimiser", optimizer.rawValue, other.optimizer.rawValue)
    }
    if frozen != other.frozen || enqueued != other.enqueued {
      return
        "the journal was written with other sub-layers frozen or other sets enqueued; give the "
        + "same --freeze and --enqueue, or \(advice)"
    }
    if maximumTokens != other.maximumTokens {
      return differs("--max-tokens", maximumTokens, String(other.maximumTokens))
    }
    if draftMaximum != other.draftMaximum {
      return differs("--draft-max", draftMaximum, String(other.draftMaximum))
    }
    if draftStop != other.draftStop {
      guard let stop = draftStop else {
        return "the journal was written without --draft-stop; leave it out, or \(advice)"
      }
      return differs("--draft-stop", stop.argument, other.draftStop?.argument ?? "none")
    }
    if policy.weights != other.policy.weights {
      return differs(
        "--draft-weights", policy.weights.rawValue, other.policy.weights.rawValue)
    }
    if policy.vocabulary != other.policy.vocabulary {
      return differs(
        "--draft-vocabulary", policy.vocabulary.argument, other.policy.vocabulary.argument)
    }
    if policy.lookup != other.policy.lookup {
      return differs("--lookup", policy.lookup.argument, other.policy.lookup.argument)
    }
    if trialPositions != other.trialPositions {
      return differs("--trial-starts", trialPositions, String(other.trialPositions))
    }
    if promptsPerTrial != other.promptsPerTrial {
      return "the journal was written with \(promptsPerTrial) prompts per trial, this search has "
        + "\(other.promptsPerTrial); \(advice)"
    }
    return nil
  }
}
