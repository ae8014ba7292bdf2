import Inference

extension DraftDecoder: Validator {
  /// Measures a draft on all prompts, each decoded plainly beside it.
  ///
  /// - Parameter turn: which of the two runs of the first prompt comes first: it alternates from
  ///   prompt to prompt, so that a machine whose speed drifts slows both, and should from call to
  ///   call.
  public func evaluate(
    _ draft: Draft, turn: Int = 0, against incumbent: Evaluation? = nil, until stop: StopSignal
  ) throws(EvaluationError) -> Evaluation {
    try evaluate(draft, against: incumbent) { index throws(EvaluationError) in
      try samples(index, [draft], first: (index + turn) % 2, repetition: 0, stop)
    }
  }

  /// Measures a draft prompt by prompt, until it is hopeless.
  ///
  /// - Parameters:
  ///   - measure: the samples of a prompt.
  ///   - complete: all samples so far with what they need of one another.
  func evaluate(
    _ draft: Draft, against incumbent: Evaluation?,
    complete: ([DecodingSample]) -> [DecodingSample] = { $0 },
    measure: (_ index: Int) throws(EvaluationError) -> [DecodingSample]
  ) throws(EvaluationError) -> Evaluation {
    let start = Stopwatch()
    var samples: [DecodingSample] = []
    for index in prompts.indices {
      samples = complete(samples + (try measure(index)))
      let isLast = index == prompts.count - 1
      if !isLast, let incumbent, Racing.isHopeless(samples, incumbent: incumbent.samples) {
        return Evaluation(
          draft: draft, samples: samples, stoppedEarly: true, seconds: start.seconds)
      }
    }
    return Evaluation(draft: draft, samples: samples, seconds: start.seconds)
  }

  /// Prompts that a validation measures however little time there is: fewer say nothing.
  private static let leastValidated = 4

  /// Measures drafts again; see `Validator`. All share a prompt's plain run, and the order rotates
  /// so that each is first, in the middle and last equally often. The first prompt is decoded once
  /// more before, to wake threads and bring the weights into memory.
  public func validate(
    _ drafts: [Draft], repetitions: Int, until stop: StopSignal,
    within budget: StopSignal = .never, progress: (_ done: Int, _ total: Int) -> Void
  ) throws(EvaluationError) -> [Evaluation] {
    let start = Stopwatch()
    _ = try run(0, nil, stop)
    var samples: [[DecodingSample]] = drafts.map { _ in [] }
    var done = 0
    measuring: for repetition in 0..<repetitions {
      for (number, index) in validated.enumerated() {
        let isFew = repetition == 0 && number < Self.leastValidated
        if budget.isRaised, !isFew { break measuring }
        progress(done, repetitions * validated.count)
        let measured = try self.samples(
          index, drafts, first: repetition + number, repetition: repetition, stop)
        for (draft, sample) in measured.enumerated() { samples[draft].append(sample) }
        done += 1
      }
    }
    progress(done, done)
    let share = start.seconds / Double(max(1, drafts.count))
    return zip(drafts, samples).map { draft, samples in
      Evaluation(draft: draft, samples: samples, seconds: share)
    }
  }
}
