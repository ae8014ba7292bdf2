import DraftEvaluation

/// How skip sets are evaluated.
struct EvaluationOptions {
  static let maximumTokens = Option(
    "max-tokens", "n", value: "n", .integer(in: 2...(1 << 20)), default: 64,
    "The most tokens per prompt.")
  static let maximumPrompts = Option(
    "max-prompts", value: "n", .integer(in: 0...1_000_000), default: 12,
    "The most prompts to decode, an even choice of them; 0 for all.")
  static let kind = Option(
    "evaluator", value: "kind", .keyword, default: EvaluatorKind.decode,
    "decode; replay, with modelled times; or auto: decode, with replay's figures beside it.")
  static let starts = Option(
    "starts", value: "n", .integer(in: 1...100_000_000), otherwise: "all",
    "With replay, about how many positions to replay. With all, counts are exactly decoding's.")
  static let seed = Option(
    "seed", value: "n", .seed, default: 0, "Decides, with the set, which positions those are.")
  static let all: [any OptionDeclaration] = [maximumTokens, maximumPrompts, kind, starts, seed]

  let maximumTokens: Int
  /// Nil: all.
  let maximumPrompts: Int?
  let draft: DraftOptions
  let kind: EvaluatorKind
  /// Nil: all.
  let starts: Int?
  let seed: UInt64

  init(_ arguments: Arguments) throws(UsageError) {
    maximumTokens = try arguments[Self.maximumTokens]
    let count = try arguments[Self.maximumPrompts]
    maximumPrompts = count == 0 ? nil : count
    draft = try DraftOptions(arguments)
    kind = try arguments[Self.kind]
    starts = try arguments[Self.starts]
    seed = try arguments[Self.seed]
  }
}
