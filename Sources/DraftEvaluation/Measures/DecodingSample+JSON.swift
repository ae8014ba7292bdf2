import Files

extension DecodingSample {
  /// Samples as columns, each an array over the samples.
  package static let columns = JSONCodec<[DecodingSample]>.object { member throws(InputError) in
    // 2^40 tokens are more than any run emits; sums of these cannot overflow.
    let count = JSONCodec.integer(in: 0...(1 << 40))
    let prompt = try member("prompt", { $0.map(\.prompt) }, .array(of: count))
    func column<Value>(
      _ key: String, _ value: KeyPath<DecodingSample, Value>, _ codec: JSONCodec<Value>
    ) throws(InputError) -> [Value] {
      try member(
        key, { $0.map { $0[keyPath: value] } }, .column(of: codec, sampleCount: prompt.count))
    }
    let repetition = try column("repetition", \.repetition, count)
    let tokens = try column("tokens", \.tokenCount, count)
    let plain = try column("plain_seconds", \.plainSeconds, .seconds)
    let measured = try column("plain_measured", \.isPlainMeasured, .bool)
    let speculative = try column("speculative_seconds", \.speculativeSeconds, .seconds)
    let drafting = try column("drafting_seconds", \.draftingSeconds, .seconds)
    let drafted = try column("draft_tokens", \.draftTokenCount, count)
    let accepted = try column("accepted_draft_tokens", \.acceptedDraftTokenCount, count)
    let calls = try column("target_model_calls", \.targetModelCallCount, count)
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

extension JSONCodec {
  /// A column with a value for each sample.
  fileprivate static func column<Element>(
    of element: JSONCodec<Element>, sampleCount: Int
  ) -> JSONCodec where Value == [Element] {
    array(of: element).converted(
      read: { values, field throws(InputError) in
        guard values.count == sampleCount else {
          throw field.error("\(values.count) values for \(sampleCount) samples")
        }
        return values
      }, write: { $0 })
  }
}
