import Files

/// What `generation_config.json` says of how tokens are chosen, where sampling is asked for.
public struct GenerationDefaults: Sendable, Hashable {
  /// `temperature`
  public var temperature: Double?
  /// `top_k`; nil for all.
  public var topK: Int?
  /// `top_p`
  public var topP: Double?
  /// `min_p`
  public var minP: Double?
  /// `repetition_penalty`
  public var repetitionPenalty: Double?
  /// Keys that would change what is generated, greedily too, and that nothing here follows.
  public var unsupported: [String] = []
  /// The same for sampling alone.
  public var unsupportedInSampling: [String] = []

  /// Nothing is said.
  public init() {}

  /// - Throws: where a number is out of its range.
  init(_ root: JSONField) throws(InputError) {
    func number(
      _ key: String, _ expected: String, where isRight: (Double) -> Bool
    ) throws(InputError) -> Double? {
      guard let field = try root.optional(key) else { return nil }
      let value = try field.double()
      guard isRight(value) else { throw field.error("expected \(expected), found \(value)") }
      return value
    }
    let positive = "a number above 0 and at most 1000"
    // Some files turn sampling off by a temperature of 0: that is no temperature to sample at.
    temperature = try number("temperature", "a number from 0 to 1000") { $0 >= 0 && $0 <= 1000 }
    if temperature == 0 { temperature = nil }
    topK = try root.optional("top_k")?.integer(in: 0...(1 << 30))
    if topK == 0 { topK = nil }
    topP = try number("top_p", "a number above 0 and at most 1") { $0 > 0 && $0 <= 1 }
    minP = try number("min_p", "a number from 0 to 1") { $0 >= 0 && $0 <= 1 }
    repetitionPenalty = try number("repetition_penalty", positive) { $0 > 0 && $0 <= 1000 }
    unsupported = try Self.names(Self.always, in: root)
    unsupportedInSampling = try Self.names(Self.sampling, in: root)
  }

  /// Keys with the number that changes nothing.
  private static let always: [(String, Double)] = [
    ("num_beams", 1), ("num_beam_groups", 1), ("diversity_penalty", 0), ("penalty_alpha", 0),
    ("no_repeat_ngram_size", 0), ("encoder_no_repeat_ngram_size", 0), ("min_length", 0),
    ("min_new_tokens", 0), ("encoder_repetition_penalty", 1), ("guidance_scale", 1),
    ("presence_penalty", 0), ("frequency_penalty", 0), ("bad_words_ids", 0), ("sequence_bias", 0),
    ("suppress_tokens", 0), ("begin_suppress_tokens", 0), ("forced_bos_token_id", -1),
    ("forced_eos_token_id", -1), ("forced_decoder_ids", -1), ("stop_strings", 0),
    ("exponential_decay_length_penalty", 0), ("watermarking_config", 0), ("dola_layers", -1),
  ]
  private static let sampling: [(String, Double)] = [
    ("typical_p", 1), ("epsilon_cutoff", 0), ("eta_cutoff", 0), ("top_h", 1), ("tfs", 1),
  ]

  private static func names(
    _ keys: [(String, Double)], in root: JSONField
  ) throws(InputError) -> [String] {
    var names: [String] = []
    for (key, neutral) in keys {
      guard let field = try root.optional(key) else { continue }
      let says =
        switch field.value {
        case .null, .bool(false): false
        case .integer(let number): Double(number) != neutral
        case .double(let number): number != neutral
        case .array(let elements): !elements.isEmpty
        case .object(let members): !members.isEmpty
        case .bool(true), .string: true
        }
      if says { names.append(key) }
    }
    return names
  }
}
