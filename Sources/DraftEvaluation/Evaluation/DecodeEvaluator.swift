import Inference
import Statistics

/// Evaluates by really decoding: greedily, with and without drafting in turn (the order changes from
/// prompt to prompt, so that a machine whose speed drifts slows both), until end-of-text or the most
/// tokens. Whatever is drafted, the ids must be plain decoding's: every run is checked.
///
/// Measured with `plainInterval` n > 1, a trial decodes plainly next to every n-th prompt only
/// (others in the next trial). At the other prompts plain decoding counts as the baseline's median,
/// times the drift of the machine: this trial's plain seconds over the baseline's on the prompts where
/// both were measured.
public final class DecodeEvaluator: Evaluator, Validator {
  /// A continuation, with or without drafting.
  struct Decoded {
    var ids: [Int]
    var finish: Generation.Finish
    var telemetry: DecodingTelemetry
  }

  /// Continues `prompt`; a nil candidate means plain decoding.
  typealias Decode = (
    _ prompt: [Int], _ candidate: Draft?, _ isStopped: @escaping () -> Bool
  ) throws(GenerationError) -> Decoded

  /// The prompts, in order.
  public let prompts: [EncodedPrompt]
  private let decode: Decode
  /// What plain decoding emits for each prompt, once known.
  private var references: [[Int]?]
  private let plainInterval: Int
  /// The prompts that `validate` decodes.
  private let validated: [Int]
  /// Median plain seconds of each prompt, once the baseline is measured.
  private var plainMedians: [Double]?
  private var evaluationCount = 0

  /// An evaluator of a model's candidates.
  ///
  /// - Parameters:
  ///   - generator: decodes; not used by anybody else meanwhile.
  ///   - prompts: at least one.
  ///   - maximumTokens: the most tokens to emit per prompt, at least 1.
  ///   - plainInterval: next to every how many prompts a trial decodes plainly, at least 1. Without
  ///     a baseline, and in a validation, next to each.
  ///   - validationCount: the most prompts that a validation decodes, an even choice; nil for all.
  public convenience init(
    generator: Generator, prompts: [EncodedPrompt], maximumTokens: Int, plainInterval: Int = 1,
    validationCount: Int? = nil
  ) {
    precondition(maximumTokens >= 1)
    self.init(prompts: prompts, plainInterval: plainInterval, validationCount: validationCount) {
      prompt, candidate, isStopped throws(GenerationError) in
      let generation = try generator.generate(
        prompt: prompt, maximumTokens: maximumTokens,
        draft: candidate, onTokens: { _ in !isStopped() })
      return Decoded(
        ids: generation.ids, finish: generation.finish, telemetry: generation.telemetry)
    }
  }

  init(
    prompts: [EncodedPrompt], plainInterval: Int = 1, validationCount: Int? = nil,
    decode: @escaping Decode
  ) {
    precondition(!prompts.isEmpty && plainInterval >= 1)
    let count = min(validationCount ?? prompts.count, prompts.count)
    validated = (0..<count).map { $0 * prompts.count / count }
    self.plainInterval = plainInterval
    self.prompts = prompts
    self.decode = decode
    references = Array(repeating: nil, count: prompts.count)
  }

  /// Measures plain decoding; see `Evaluator`. The first prompt is decoded once more before, to wake
  /// threads and bring the weights into memory.
  public func baseline(
    repetitions: Int, isStopped: @escaping () -> Bool
  ) throws(EvaluationError) -> Baseline {
    precondition(repetitions >= 1)
    let start = Stopwatch()
    _ = try run(0, nil, isStopped)
    var samples: [Double] = []
    var tokens = 0
    var looping = 0
    var seconds: [[Double]] = prompts.map { _ in [] }
    for repetition in 0..<repetitions {
      var total = DecodingTelemetry()
      var decoded = 0
      for index in prompts.indices {
        let result = try run(index, nil, isStopped)
        try checkPlain(result, index)
        total += result.telemetry
        seconds[index].append(result.telemetry.decodingSeconds)
        decoded += max(0, result.ids.count - 1)
        if repetition == 0 {
          tokens += result.ids.count
          if RepetitiveTail(of: result.ids, result.finish) != nil { looping += 1 }
        }
      }
      guard decoded > 0, total.decodingSeconds > 0 else { throw .nothingToMeasure }
      samples.append(Double(decoded) / total.decodingSeconds)
    }
    plainMedians = seconds.map { median($0) }
    return Baseline(
      samples: samples, promptCount: prompts.count, tokenCount: tokens,
      loopingPromptCount: looping, seconds: start.seconds)
  }

  /// Measures a candidate; see `Evaluator`.
  public func evaluate(
    _ candidate: Draft, incumbent: Evaluation?, isStopped: @escaping () -> Bool
  ) throws(EvaluationError) -> Evaluation {
    let start = Stopwatch()
    var samples: [DecodingSample] = []
    evaluationCount += 1
    for index in prompts.indices {
      if plainMedians == nil || (index + evaluationCount) % plainInterval == 0 {
        // Which of the two is first changes from one measured prompt to the next.
        let order = (index / plainInterval + evaluationCount) % 2
        samples += try measure(index, [candidate], order: order, repetition: 0, isStopped)
      } else {
        let result = try run(index, candidate, isStopped)
        try check(result, candidate, index)
        samples.append(Self.sample(result, index, repetition: 0, plain: nil))
      }
      samples = estimated(samples)
      let isLast = index == prompts.count - 1
      if !isLast, let incumbent, Racing.isHopeless(samples, incumbent: incumbent.samples) {
        return Evaluation(
          draft: candidate, samples: samples, stoppedEarly: true, seconds: start.seconds)
      }
    }
    return Evaluation(draft: candidate, samples: samples, seconds: start.seconds)
  }

  /// Measures candidates again; see `Validator`. All candidates share a prompt's plain run, and the
  /// order rotates so that each is first, in the middle and last equally often.
  public func validate(
    _ candidates: [Draft], repetitions: Int, isStopped: @escaping () -> Bool,
    progress: (_ done: Int, _ total: Int) -> Void
  ) throws(EvaluationError) -> [Evaluation] {
    let start = Stopwatch()
    _ = try run(0, nil, isStopped)
    var samples: [[DecodingSample]] = candidates.map { _ in [] }
    for repetition in 0..<repetitions {
      for (number, index) in validated.enumerated() {
        progress(repetition * validated.count + number, repetitions * validated.count)
        let measured = try measure(
          index, candidates, order: repetition + number, repetition: repetition, isStopped)
        for (candidate, sample) in measured.enumerated() { samples[candidate].append(sample) }
      }
    }
    progress(repetitions * validated.count, repetitions * validated.count)
    let share = start.seconds / Double(max(1, candidates.count))
    return zip(candidates, samples).map { candidate, samples in
      Evaluation(draft: candidate, samples: samples, seconds: share)
    }
  }

  /// Decodes a prompt plainly and with every candidate, beginning at position `order` of the round.
  private func measure(
    _ index: Int, _ candidates: [Draft], order: Int, repetition: Int,
    _ isStopped: @escaping () -> Bool
  ) throws(EvaluationError) -> [DecodingSample] {
    let runs: [Draft?] = [nil] + candidates
    var results: [Decoded?] = runs.map { _ in nil }
    for step in runs.indices {
      let position = (step + order) % runs.count
      results[position] = try run(index, runs[position], isStopped)
    }
    guard let plain = results[0] else { return [] }
    try checkPlain(plain, index)
    var samples: [DecodingSample] = []
    for (candidate, result) in zip(candidates, results.dropFirst()) {
      guard let result else { continue }
      try check(result, candidate, index)
      samples.append(
        Self.sample(
          result, index, repetition: repetition, plain: plain.telemetry.decodingSeconds))
    }
    return samples
  }

  /// A sample of a speculative run; without the seconds of a plain one, to be estimated.
  private static func sample(
    _ result: Decoded, _ index: Int, repetition: Int, plain: Double?
  ) -> DecodingSample {
    DecodingSample(
      prompt: index, repetition: repetition, tokenCount: result.ids.count,
      plainSeconds: plain ?? 0, isPlainMeasured: plain != nil,
      speculativeSeconds: result.telemetry.decodingSeconds,
      draftingSeconds: result.telemetry.draftingSeconds,
      draftTokenCount: result.telemetry.draftTokenCount,
      acceptedDraftTokenCount: result.telemetry.acceptedDraftTokenCount,
      targetModelCallCount: result.telemetry.targetModelCallCount)
  }

  /// The samples with plain seconds from the baseline and the drift seen where both are known.
  private func estimated(_ samples: [DecodingSample]) -> [DecodingSample] {
    guard let plainMedians else { return samples }
    let measured = samples.filter { $0.isPlainMeasured && $0.isMeasurable }
    let expected = measured.reduce(0) { $0 + plainMedians[$1.prompt] }
    let drift = expected > 0 ? measured.reduce(0) { $0 + $1.plainSeconds } / expected : 1
    return samples.map { sample in
      guard !sample.isPlainMeasured else { return sample }
      var sample = sample
      sample.plainSeconds = plainMedians[sample.prompt] * drift
      return sample
    }
  }

  /// Decodes one prompt once.
  private func run(
    _ index: Int, _ candidate: Draft?, _ isStopped: @escaping () -> Bool
  ) throws(EvaluationError) -> Decoded {
    guard !isStopped() else { throw .interrupted }
    let result: Decoded
    do throws(GenerationError) {
      result = try decode(prompts[index].ids, candidate, isStopped)
    } catch {
      throw .generation(place: prompts[index].place, error)
    }
    guard result.finish != .interrupted else { throw .interrupted }
    return result
  }

  /// Checks a plain run against the prompt's first one.
  private func checkPlain(_ plain: Decoded, _ index: Int) throws(EvaluationError) {
    guard let reference = references[index] else {
      references[index] = plain.ids
      return
    }
    if let position = Self.firstDifference(reference, plain.ids) {
      throw .notReproducible(place: prompts[index].place, position: position)
    }
  }

  /// Checks a speculative run against plain decoding of the prompt.
  private func check(
    _ result: Decoded, _ candidate: Draft, _ index: Int
  ) throws(EvaluationError) {
    guard let reference = references[index] else { return }
    if let position = Self.firstDifference(reference, result.ids) {
      throw .notLossless(
        place: prompts[index].place, position: position, skip: candidate.model.skip)
    }
  }

  /// The first position at which two outputs differ, where they do.
  private static func firstDifference(_ one: [Int], _ other: [Int]) -> Int? {
    guard one != other else { return nil }
    return zip(one, other).enumerated().first { $0.element.0 != $0.element.1 }?.offset
      ?? min(one.count, other.count)
  }
}
