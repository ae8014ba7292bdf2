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
    "The most tokens to generate; for an answer of a conversation 2048 where none are given.")
  static let mode = Choice<Mode>(
    .init(Option(flag: "no-draft", "Decode plainly."), .plain),
    .init(
      Option(flag: "compare", "Decode plainly too; check identity and print the speedup."),
      .compared),
    otherwise: .drafted)
  static let ignoresEndOfText = Option(flag: "ignore-eos", "Go on after end-of-text tokens.")
  static let isJSON = Option(flag: "json", "Print JSON instead of text, a line per prompt.")
  static let isQuiet = Option(flag: "quiet", short: "q", "Print no figures.")
  static let isVerbose = Option(
    flag: "verbose", short: "v",
    "Print speed, speedup and acceptance after each answer of a conversation.")

  var maximumTokens: Int
  let sampling: SamplingOptions
  let draft: DraftOptions
  let mode: Mode
  let ignoresEndOfText: Bool
  let isJSON: Bool
  let isQuiet: Bool
  let isVerbose: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    maximumTokens = try arguments[Self.maximumTokens]
    sampling = try SamplingOptions(arguments)
    draft = try DraftOptions(arguments)
    mode = try arguments[Self.mode]
    ignoresEndOfText = try arguments[Self.ignoresEndOfText]
    isJSON = try arguments[Self.isJSON]
    isQuiet = try arguments[Self.isQuiet]
    isVerbose = try arguments[Self.isVerbose]
  }
}
