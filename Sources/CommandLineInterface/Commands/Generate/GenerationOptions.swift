import Inference

/// How a prompt is continued, and what is shown of it.
struct GenerationOptions {
  /// What is decoded.
  enum Mode {
    case drafted
    case plain
    /// Both, in turn.
    case compared
  }

  static let maximumTokens = Option(
    "max-tokens", "n", value: "n", .integer(in: 0...(1 << 30)), default: 256,
    "The most tokens to generate.")
  static let mode = Choice<Mode>(
    .init(Option(flag: "no-draft", "Decode plainly."), .plain),
    .init(
      Option(flag: "compare", "Decode plainly too; check identity and print the speedup."),
      .compared),
    otherwise: .drafted)
  static let ignoresEndOfText = Option(flag: "ignore-eos", "Go on after end-of-text tokens.")
  static let isJSON = Option(flag: "json", "Print JSON instead of text, a line per prompt.")
  static let isQuiet = Option(flag: "quiet", short: "q", "Print no figures.")

  let maximumTokens: Int
  let sampling: Sampling
  let draft: DraftOptions
  let mode: Mode
  let ignoresEndOfText: Bool
  let isJSON: Bool
  let isQuiet: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    maximumTokens = try arguments[Self.maximumTokens]
    sampling = try SamplingOptions.sampling(arguments)
    draft = try DraftOptions(arguments)
    mode = try arguments[Self.mode]
    ignoresEndOfText = try arguments[Self.ignoresEndOfText]
    isJSON = try arguments[Self.isJSON]
    isQuiet = try arguments[Self.isQuiet]
  }
}

/// How tokens are chosen.
enum SamplingOptions {
  static let temperature = Option(
    "temperature", value: "t",
    .number("a number of at least 0") { $0 >= 0 && $0 <= 1000 }, default: 0,
    "Sample at this temperature; 0 is greedy.")
  static let topK = Option(
    "top-k", value: "k", .integer(in: 1...(1 << 30)),
    "Sample from the k most probable tokens only.")
  static let topP = Option(
    "top-p", value: "p",
    .number("a number above 0 and at most 1") { $0 > 0 && $0 <= 1 }, default: 1,
    "Sample from the most probable tokens that sum to p.")
  static let seed = Option("seed", value: "n", .seed, default: 0, "Seed of sampling.")
  static let all: [any OptionDeclaration] = [temperature, topK, topP, seed]

  static func sampling(_ arguments: Arguments) throws(UsageError) -> Sampling {
    Sampling(
      temperature: try arguments[temperature], topK: try arguments[topK],
      topP: try arguments[topP], seed: try arguments[seed])
  }
}
