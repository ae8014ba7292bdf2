import Files

extension DecodingSample {
  /// Samples as columns, each an array over the samples.
  public static func json(_ samples: [DecodingSample]) -> JSON {
    [
      "prompt": JSON(samples.map(\.prompt)),
      "repetition": JSON(samples.map(\.repetition)),
      "tokens": JSON(samples.map(\.tokenCount)),
      "plain_seconds": JSON(samples.map(\.plainSeconds)),
      "plain_measured": .array(samples.map { .bool($0.isPlainMeasured) }),
      "speculative_seconds": JSON(samples.map(\.speculativeSeconds)),
      "drafting_seconds": JSON(samples.map(\.draftingSeconds)),
      "draft_tokens": JSON(samples.map(\.draftTokenCount)),
      "accepted_draft_tokens": JSON(samples.map(\.acceptedDraftTokenCount)),
      "target_model_calls": JSON(samples.map(\.targetModelCallCount)),
    ]
  }

  /// Reads what `json` writes.
  public static func samples(_ field: JSONField) throws(InputError) -> [DecodingSample] {
    let prompts = try field.required("prompt").elements()
    func column(_ name: String) throws(InputError) -> [JSONField] {
      let column = try field.required(name)
      let values = try column.elements()
      guard values.count == prompts.count else {
        throw column.error("\(values.count) values for \(prompts.count) samples")
      }
      return values
    }
    func integers(_ name: String) throws(InputError) -> [Int] {
      var values: [Int] = []
      // 2^40 tokens are more than any run emits; sums of these cannot overflow.
      for value in try column(name) { values.append(try value.integer(in: 0...(1 << 40))) }
      return values
    }
    func seconds(_ name: String) throws(InputError) -> [Double] {
      var values: [Double] = []
      for value in try column(name) { values.append(try value.nonnegative()) }
      return values
    }
    var measured: [Bool] = []
    for value in try column("plain_measured") { measured.append(try value.bool()) }
    let prompt = try integers("prompt")
    let repetition = try integers("repetition")
    let tokens = try integers("tokens")
    let plain = try seconds("plain_seconds")
    let speculative = try seconds("speculative_seconds")
    let drafting = try seconds("drafting_seconds")
    let drafted = try integers("draft_tokens")
    let accepted = try integers("accepted_draft_tokens")
    let calls = try integers("target_model_calls")
    return prompt.indices.map { index in
      DecodingSample(
        prompt: prompt[index], repetition: repetition[index], tokenCount: tokens[index],
        plainSeconds: plain[index], isPlainMeasured: measured[index],
        speculativeSeconds: speculative[index],
        draftingSeconds: drafting[index], draftTokenCount: drafted[index],
        acceptedDraftTokenCount: accepted[index], targetModelCallCount: calls[index])
    }
  }
}
