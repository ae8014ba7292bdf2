import Foundation
import Inference

/// Replays beyond a trial's: of every place, of given settings, of single sub-layers.
extension ReplayEvaluator {
  /// Decodes a candidate really, and judges its complete replay by costs measured meanwhile: between
  /// any two prompts a pair of runs of another, random skip set. Machines change their speed from minute
  /// to minute, and not for all passes alike; so a difference of the two is the model's own.
  ///
  /// - Parameters:
  ///   - draft: nil means the settings that suit the set by the costs known so far.
  ///   - decoder: decodes the same prompts.
  public func compare(
    _ skip: SkipSet, _ draft: StopRule?, with decoder: DecodeEvaluator,
    isStopped: @escaping () -> Bool
  ) throws(EvaluationError) -> (replayed: Evaluation, decoded: Evaluation) {
    let settings: StopRule
    if let draft {
      settings = draft
    } else {
      settings = try evaluateCompletely(skip, isStopped: isStopped).draft.stop
    }
    let candidate = Draft(skip: skip, stop: settings)
    let texts = try prepare(isStopped).texts
    var measurement = CostMeasurement(
      generator: generator, prompts: texts.map(\.prompt), draftMaximum: rules.maximum,
      seed: seed &+ UInt64(comparisons))
    comparisons += 1
    var failure: EvaluationError?
    let decoded = try decoder.validate([candidate], repetitions: 1, isStopped: isStopped) { _, _ in
      guard failure == nil else { return }
      do throws(EvaluationError) {
        try measurement.step(isStopped: isStopped)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    guard let costs = measurement.model, let evaluation = decoded.first else {
      throw .nothingToMeasure
    }
    prepared?.costs = costs
    return (try evaluateExactly(candidate, isStopped: isStopped), evaluation)
  }

  /// Replays a skip set at every place, and finds the stop rule by the very rounds that decoding would
  /// have; see `CompleteEvaluator`.
  public func evaluateCompletely(
    _ skip: SkipSet, isStopped: @escaping () -> Bool
  ) throws(EvaluationError) -> Evaluation {
    let prepared = try prepare(isStopped)
    let start = Stopwatch()
    let rounds = try completeRounds(skip, prepared, isStopped)
    let choice = rules.choose(rounds, prepared.costs.costs(of: skip))
    return Evaluation(
      draft: Draft(skip: skip, stop: choice.settings),
      samples: samples(rounds, choice.fitted), seconds: start.seconds)
  }

  /// Replays a candidate at every place with the settings that it has.
  public func evaluateExactly(
    _ candidate: Draft, isStopped: @escaping () -> Bool
  ) throws(EvaluationError) -> Evaluation {
    let prepared = try prepare(isStopped)
    let start = Stopwatch()
    let rounds = try completeRounds(candidate.model.skip, prepared, isStopped)
    return evaluation(of: candidate, rounds, prepared, seconds: start.seconds)
  }

  /// One pass per sub-layer over the first chunk's places: how far the draft's distribution of the next
  /// token is from the full model's; see `CompleteEvaluator` and `DraftReplayer.meanTotalVariations`.
  ///
  /// Of the reference model's MLPs its ranks agree with what skipping each costs the best set (rank
  /// correlation 0.91); those of the verified token's log probability, the former screen, do not (0.28).
  public func screen(
    layerCount: Int, isStopped: @escaping () -> Bool
  ) throws(EvaluationError) -> [Double] {
    let prepared = try prepare(isStopped)
    let singles =
      (0..<layerCount).map { SkipSet(attention: [$0], mlp: []) }
      + (0..<layerCount).map { SkipSet(attention: [], mlp: [$0]) }
    guard
      let harms = prepared.replayer.meanTotalVariations(
        of: prepared.schedule.chunks.first ?? [], skipping: singles, isStopped: isStopped)
    else { throw .interrupted }
    return harms
  }

  /// Replays a candidate on the sample of places of a trial with the settings that it has.
  public func evaluateSample(
    _ candidate: Draft, isStopped: @escaping () -> Bool
  ) throws(EvaluationError) -> Evaluation {
    let prepared = try prepare(isStopped)
    let start = Stopwatch()
    let count = trialChunks(prepared)
    let chunks = prepared.schedule.order(of: candidate.model.skip, seed: seed, count: count)
    let starts = prepared.schedule.starts(in: chunks)
    let extent: DraftReplayer.Extent =
      if case .confidence(let least) = candidate.stop.criterion { .whileConfident(least) } else {
        .complete
      }
    let records = prepared.replayer.records(
      of: starts, skipping: candidate.model.skip, extent: extent, isStopped: isStopped)
    guard let records else { throw .interrupted }
    let rounds = gather(zip(starts, records), prepared).filter { !$0.records.isEmpty }
    var evaluation = evaluation(of: candidate, rounds, prepared, seconds: start.seconds)
    evaluation.chunks = chunks.sorted()
    return evaluation
  }

  /// Replays candidates at every place, once whatever is asked for; see `Validator`.
  public func validate(
    _ candidates: [Draft], repetitions: Int, isStopped: @escaping () -> Bool,
    progress: (_ done: Int, _ total: Int) -> Void
  ) throws(EvaluationError) -> [Evaluation] {
    var evaluations: [Evaluation] = []
    for (index, candidate) in candidates.enumerated() {
      progress(index, candidates.count)
      evaluations.append(try evaluateExactly(candidate, isStopped: isStopped))
    }
    return evaluations
  }

  private func completeRounds(
    _ skip: SkipSet, _ prepared: Prepared, _ isStopped: @escaping () -> Bool
  ) throws(EvaluationError) -> [RecordedRounds] {
    let starts = prepared.texts.indices.flatMap { text in
      prepared.texts[text].starts.map { DraftReplayer.Start(text: text, index: $0) }
    }
    guard
      let records = prepared.replayer.records(of: starts, skipping: skip, isStopped: isStopped)
    else { throw .interrupted }
    var rounds = gather(zip(starts, records), prepared)
    for index in rounds.indices { rounds[index].text = prepared.texts[index] }
    return rounds
  }
}
