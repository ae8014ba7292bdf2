import Statistics

extension Evaluation {
  /// The standard error of `acceptanceRate`: the delete-one jackknife's over prompts (Efron and
  /// Tibshirani 1993, equation 11.5), all repetitions of a prompt together. Nil where fewer than
  /// two prompts drafted anything.
  public var acceptanceRateStandardError: Double? {
    var prompts: [Int: (drafted: Int, accepted: Int)] = [:]
    for sample in samples {
      prompts[sample.prompt, default: (0, 0)].drafted += sample.draftTokenCount
      prompts[sample.prompt, default: (0, 0)].accepted += sample.acceptedDraftTokenCount
    }
    guard prompts.values.count(where: { $0.drafted > 0 }) >= 2 else { return nil }
    // In order of the prompts: sums of the same samples have the same bits.
    let without = prompts.sorted { $0.key < $1.key }.map { _, prompt in
      Double(acceptedDraftTokenCount - prompt.accepted)
        / Double(draftTokenCount - prompt.drafted)
    }
    return jackknifeVariance(without)?.squareRoot()
  }
}
