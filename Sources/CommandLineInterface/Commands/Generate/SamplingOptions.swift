import Checkpoints
import Inference

/// How tokens are chosen: what the command line says, over what the model's generation_config.json
/// says.
///
/// Sampling is asked for by `--sample`, a temperature above 0, or, without a temperature, by
/// anything that only sampling uses. Only then is the model's file asked, whatever its `do_sample`:
/// greedy output stays greedy.
struct SamplingOptions {
  static let isAsked = Option(
    flag: "sample", "Sample, as the model's generation_config.json says and the options here.")
  static let temperature = Option(
    "temperature", value: "t",
    .number("a number of at least 0") { $0 >= 0 && $0 <= 1000 },
    otherwise: "0, or the model's where sampling is asked for",
    "Sample at this temperature; 0 is greedy.")
  static let topK = Option(
    "top-k", value: "k", .integer(in: 1...(1 << 30)), otherwise: "the model's, or all",
    "Sample from the k most probable tokens only.")
  static let topP = Option(
    "top-p", value: "p",
    .number("a number above 0 and at most 1") { $0 > 0 && $0 <= 1 },
    otherwise: "the model's, or 1",
    "Sample from the most probable tokens that sum to p.")
  static let minP = Option(
    "min-p", value: "p", .number("a number from 0 to 1") { $0 >= 0 && $0 <= 1 },
    otherwise: "the model's, or 0",
    "Sample from tokens of at least p times the largest probability only.")
  static let repetitionPenalty = Option(
    "repetition-penalty", value: "x",
    .number("a number above 0 and at most 1000") { $0 > 0 && $0 <= 1000 },
    otherwise: "the model's where sampling is asked for, or 1",
    "Make tokens that the text has already less probable.")
  static let seed = Option("seed", value: "n", .seed, default: 0, "Seed of sampling.")
  static let all: [any OptionDeclaration] = [
    isAsked, temperature, topK, topP, minP, repetitionPenalty, seed,
  ]

  let isAsked: Bool
  let temperature: Double?
  let topK: Int?
  let topP: Double?
  let minP: Double?
  let repetitionPenalty: Double?
  let seed: UInt64

  init(_ arguments: Arguments) throws(UsageError) {
    temperature = try arguments[Self.temperature]
    topK = try arguments[Self.topK]
    topP = try arguments[Self.topP]
    minP = try arguments[Self.minP]
    repetitionPenalty = try arguments[Self.repetitionPenalty]
    seed = try arguments[Self.seed]
    let implied = try arguments[Self.isAsked] || topK != nil || topP != nil || minP != nil
    isAsked = temperature.map { $0 > 0 } ?? implied
  }

  /// What holds for a model.
  func sampling(_ defaults: GenerationDefaults) -> Sampling {
    guard isAsked else {
      return Sampling(temperature: 0, repetitionPenalty: repetitionPenalty ?? 1, seed: seed)
    }
    return Sampling(
      temperature: temperature ?? defaults.temperature ?? 1, topK: topK ?? defaults.topK,
      topP: topP ?? defaults.topP ?? 1, minP: minP ?? defaults.minP ?? 0,
      repetitionPenalty: repetitionPenalty ?? defaults.repetitionPenalty ?? 1, seed: seed)
  }

  /// What the model's file asks for that is left out; nil where it asks for nothing.
  func warning(_ defaults: GenerationDefaults) -> String? {
    let names = defaults.unsupported + (isAsked ? defaults.unsupportedInSampling : [])
    guard !names.isEmpty else { return nil }
    return "generation_config.json asks for \(names.joined(separator: ", ")), which "
      + "\(names.count == 1 ? "is" : "are") not supported and left out"
  }
}

extension Sampling {
  /// "temperature 0.6, top-k 20", for people.
  var summary: String {
    guard !isGreedy else { return "greedy" }
    var parts = ["temperature \(temperature)"]
    if let topK { parts.append("top-k \(topK)") }
    if topP < 1 { parts.append("top-p \(topP)") }
    if minP > 0 { parts.append("min-p \(minP)") }
    if repetitionPenalty != 1 { parts.append("repetition penalty \(repetitionPenalty)") }
    return parts.joined(separator: ", ")
  }
}
