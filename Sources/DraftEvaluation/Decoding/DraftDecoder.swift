import Inference
import Statistics

/// Decodes a set of prompts greedily, plainly and with drafts, in turn: until end-of-text or the
/// most tokens. Whatever is drafted, the ids must be plain decoding's: every run is checked.
public final class DraftDecoder {
  /// A continuation, with or without drafting.
  struct Decoded {
    var ids: [Int]
    var finish: Generation.Finish
    var telemetry: DecodingTelemetry
  }

  /// Continues `prompt`; a nil draft means plain decoding.
  typealias Decode = (
    _ prompt: EncodedPrompt, _ draft: Draft?, _ stop: StopSignal
  ) throws(EvaluationError) -> Decoded

  /// The prompts, in order.
  public let prompts: [EncodedPrompt]
  private let decode: Decode
  /// What plain decoding emits for each prompt, once known.
  private var references: [[Int]?]
  /// What plain decoding emits, of the prompts of which it is known.
  var outputs: [[Int]] { references.compactMap(\.self) }
  /// The prompts that `validate` decodes.
  let validated: [Int]

  /// A decoder of a model's prompts.
  ///
  /// - Parameters:
  ///   - generator: decodes; not used by anybody else meanwhile.
  ///   - prompts: at least one.
  ///   - maximumTokens: the most tokens to emit per prompt, at least 1.
  ///   - validationCount: the most prompts that a validation decodes, an even choice; nil for all.
  public convenience init(
    generator: Generator, prompts: [EncodedPrompt], maximumTokens: Int,
    validationCount: Int? = nil
  ) {
    precondition(maximumTokens >= 1)
    self.init(prompts: prompts, validationCount: validationCount) {
      prompt, draft, stop throws(EvaluationError) in
      let generation: Generation
      do throws(GenerationError) {
        generation = try generator.generate(
          prompt: prompt.ids, maximumTokens: maximumTokens, draft: draft,
          onTokens: { _ in !stop.isRaised })
      } catch {
        throw .generation(prompt: prompt.name, error)
      }
      return Decoded(
        ids: generation.ids, finish: generation.finish, telemetry: generation.telemetry)
    }
  }

  init(prompts: [EncodedPrompt], validationCount: Int? = nil, decode: @escaping Decode) {
    precondition(!prompts.isEmpty)
    self.prompts = prompts
    self.decode = decode
    validated = Array(prompts.indices).evenChoice(of: validationCount ?? prompts.count)
    references = Array(repeating: nil, count: prompts.count)
  }

  // MARK: Single prompts

  /// Decodes a prompt plainly.
  ///
  /// - Throws: `notReproducible` where it emits other tokens than the first time.
  func plain(_ index: Int, _ stop: StopSignal) throws(EvaluationError) -> Decoded {
    let result = try run(index, nil, stop)
    try checkPlain(result, index)
    return result
  }

  /// Decodes a prompt with a draft.
  ///
  /// - Parameter plainSeconds: those of the plain run beside it; nil: to be estimated.
  /// - Throws: `notLossless` where it emits other tokens than plain decoding.
  func sample(
    _ index: Int, _ draft: Draft, repetition: Int = 0, plainSeconds: Double?, _ stop: StopSignal
  ) throws(EvaluationError) -> DecodingSample {
    let result = try run(index, draft, stop)
    try check(result, draft, index)
    return Self.sample(result, index, repetition: repetition, plainSeconds: plainSeconds)
  }

  /// Decodes a prompt plainly and with every draft, beginning with the `first`-th of these runs.
  func samples(
    _ index: Int, _ drafts: [Draft], first: Int, repetition: Int, _ stop: StopSignal
  ) throws(EvaluationError) -> [DecodingSample] {
    let runs: [Draft?] = [nil] + drafts
    var results: [(run: Int, result: Decoded)] = []
    for step in runs.indices {
      let number = (step + first) % runs.count
      results.append((number, try run(index, runs[number], stop)))
    }
    results.sort { $0.run < $1.run }
    let plain = results[0].result
    try checkPlain(plain, index)
    var samples: [DecodingSample] = []
    for (draft, result) in zip(drafts, results.dropFirst().map(\.result)) {
      try check(result, draft, index)
      samples.append(
        Self.sample(
          result, index, repetition: repetition, plainSeconds: plain.telemetry.decodingSeconds))
    }
    return samples
  }

  private static func sample(
    _ result: Decoded, _ index: Int, repetition: Int, plainSeconds: Double?
  ) -> DecodingSample {
    DecodingSample(
      prompt: index, repetition: repetition, tokenCount: result.ids.count,
      plainSeconds: plainSeconds ?? 0, isPlainMeasured: plainSeconds != nil,
      speculativeSeconds: result.telemetry.decodingSeconds,
      draftingSeconds: result.telemetry.draftingSeconds,
      draftTokenCount: result.telemetry.draftTokenCount,
      acceptedDraftTokenCount: result.telemetry.acceptedDraftTokenCount,
      targetModelCallCount: result.telemetry.targetModelCallCount)
  }

  /// Decodes one prompt once, unchecked.
  func run(
    _ index: Int, _ draft: Draft?, _ stop: StopSignal
  ) throws(EvaluationError) -> Decoded {
    try stop.check()
    let result = try decode(prompts[index], draft, stop)
    guard result.finish != .interrupted else { throw .interrupted }
    return result
  }

  // MARK: Identity

  private func checkPlain(_ plain: Decoded, _ index: Int) throws(EvaluationError) {
    guard let reference = references[index] else {
      references[index] = plain.ids
      return
    }
    if let position = Self.firstDifference(reference, plain.ids) {
      throw .notReproducible(prompt: prompts[index].name, position: position)
    }
  }

  private func check(
    _ result: Decoded, _ draft: Draft, _ index: Int
  ) throws(EvaluationError) {
    guard let reference = references[index] else { return }
    if let position = Self.firstDifference(reference, result.ids) {
      throw .notLossless(prompt: prompts[index].name, position: position, draft: draft)
    }
  }

  /// The first position at which two outputs differ, where they do.
  private static func firstDifference(_ one: [Int], _ other: [Int]) -> Int? {
    guard one != other else { return nil }
    return zip(one, other).enumerated().first { $0.element.0 != $0.element.1 }?.offset
      ?? min(one.count, other.count)
  }
}
