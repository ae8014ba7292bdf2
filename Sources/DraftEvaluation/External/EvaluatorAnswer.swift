import Files
import Inference

/// What an evaluator says that a prompt's continuation is, and how long it took.
struct EvaluatedText {
  var ids: [Int]
  /// Of decoding, without the prefill.
  var seconds: Double
  var prefillSeconds: Double

  /// - Parameter prompt: the number of its tokens.
  init(
    _ answer: JSONField, prompt: Int, maximumTokens: Int, of evaluator: EvaluatorDescription
  ) throws(InputError) {
    let list = try answer.required("ids")
    ids = try list.integers(in: 0...evaluator.vocabularySize - 1)
    guard ids.count <= maximumTokens else {
      throw list.error("expected at most \(maximumTokens) tokens, found \(ids.count)")
    }
    let end = ids.firstIndex(where: evaluator.endOfText.contains)
    guard end == nil || end == ids.count - 1 else {
      throw list.error("the output goes on behind a token that ends it")
    }
    guard
      end != nil || ids.count == maximumTokens || prompt + ids.count >= evaluator.contextLength
    else {
      throw list.error(
        "the output has \(ids.count) of \(maximumTokens) tokens, and no token that ends it")
    }
    seconds = try answer.member("seconds", as: .seconds)
    prefillSeconds = try answer.member("prefill_seconds", as: .seconds.ifAbsent(0))
  }

  func finish(endOfText: [Int], maximumTokens: Int) -> Generation.Finish {
    if let last = ids.last, endOfText.contains(last) { return .endOfText }
    return ids.count == maximumTokens ? .length : .contextFull
  }

  /// As plain decoding counts.
  func telemetry(prompt: Int) -> DecodingTelemetry {
    var telemetry = DecodingTelemetry()
    telemetry.promptTokenCount = prompt
    telemetry.emittedTokenCount = ids.count
    telemetry.targetModelCallCount = ids.count - 1
    telemetry.decodingSeconds = seconds
    telemetry.prefillSeconds = prefillSeconds
    return telemetry
  }
}

extension DecodingTelemetry {
  /// Adds what speculative decoding counts to the figures of its text.
  mutating func add(drafting answer: JSONField) throws(InputError) {
    let count = JSONCodec<Int>.integer(in: 0...(1 << 40))
    draftTokenCount = try answer.member("drafted", as: count)
    let accepted = try answer.required("accepted")
    acceptedDraftTokenCount = try accepted.integer(in: 0...draftTokenCount)
    let calls = try answer.required("target_calls")
    targetModelCallCount = try calls.integer(in: 0...max(0, emittedTokenCount - 1))
    // A pass emits what it accepts and a token of its own; the last one's may be the end's.
    let decoded = emittedTokenCount - 1
    guard (decoded...decoded + 1).contains(acceptedDraftTokenCount + targetModelCallCount) else {
      throw calls.error(
        "\(targetModelCallCount) passes and \(acceptedDraftTokenCount) accepted drafts do not emit "
          + "\(decoded) tokens")
    }
    draftingSeconds = try answer.member("drafting_seconds", as: .seconds)
    guard draftingSeconds <= decodingSeconds else {
      throw try answer.required("drafting_seconds").error("drafting took longer than all decoding")
    }
    roundCount = targetModelCallCount
    verificationSeconds = decodingSeconds - draftingSeconds
  }
}

/// What a draft model drafted in the rounds of a request.
struct ReplayedRounds {
  /// Tokens that agree with the output, up to the first that does not.
  var matched: [Int]
  var confidences: [[Double]]
  /// Whether the last step drafted an end of text.
  var ends: [Bool]

  init(
    _ answer: JSONField, of starts: ArraySlice<EvaluatorRequest.Start>,
    extent: DraftReplayer.Extent
  ) throws(InputError) {
    func list<Value>(
      _ key: String, _ codec: JSONCodec<Value>
    ) throws(InputError) -> [Value] {
      let field = try answer.required(key)
      let values = try JSONCodec.array(of: codec).read(field)
      guard values.count == starts.count else {
        throw field.error(
          "expected one for each of \(starts.count) positions, found \(values.count)")
      }
      return values
    }
    confidences = try list("confidences", .array(of: .fraction))
    matched = try list("matched", .integer(in: 0...StopRule.largestMaximum))
    ends = try list("ends", .bool)
    for (number, start) in starts.enumerated() {
      let problem = Self.problem(
        taken: confidences[number], matched: matched[number], ends: ends[number], start, extent)
      if let problem {
        throw try answer.required("confidences").elements()[number].error(problem)
      }
    }
  }

  /// Why these cannot be the steps of a round; nil where they can.
  private static func problem(
    taken: [Double], matched: Int, ends: Bool, _ start: EvaluatorRequest.Start,
    _ extent: DraftReplayer.Extent
  ) -> String? {
    guard taken.count <= start.steps else {
      return "expected at most \(start.steps) steps, found \(taken.count)"
    }
    guard matched <= taken.count else {
      return "\(matched) of \(taken.count) steps agree with the output"
    }
    guard taken.count < start.steps, !ends else { return nil }
    if case .whileConfident(let least) = extent, matched < taken.count || !start.behind.isEmpty,
      taken.contains(where: { $0 < least })
    {
      return nil
    }
    return "expected \(start.steps) steps, found \(taken.count), though the round could go on"
  }
}
