import DraftEvaluation

/// How skip sets are evaluated.
struct EvaluationOptions {
  static let maximumPrompts = Option(
    "max-prompts", value: "n", .integer(in: 0...1_000_000), default: 12,
    "The most prompts to decode, an even choice of them; 0 for all.")
  static let kind = Option(
    "evaluator", value: "kind", .keyword, default: EvaluatorKind.decode,
    "decode; replay, with modelled times; or auto: decode, with replay's figures beside it.")
  static let positions = Option(
    "starts", value: "n", .integer(in: 1...100_000_000), otherwise: "all",
    "With replay, about how many positions to replay. With all, counts are exactly decoding's.")
  static let seed = Option(
    "seed", value: "n", .seed, default: 0, "Decides, with the set, which positions those are.")
  static let all: [any OptionDeclaration] = [
    MeasurementOptions.maximumTokens, maximumPrompts, kind, positions, seed,
  ]

  let maximumTokens: Int
  /// Nil: all.
  let maximumPrompts: Int?
  let draft: DraftOptions
  let kind: EvaluatorKind
  /// Nil: all.
  let positions: Int?
  let seed: UInt64

  init(_ arguments: Arguments) throws(UsageError) {
    maximumTokens = try arguments[MeasurementOptions.maximumTokens]
    let count = try arguments[Self.maximumPrompts]
    maximumPrompts = count == 0 ? nil : count
    draft = try DraftOptions(arguments)
    kind = try arguments[Self.kind]
    positions = try arguments[Self.positions]
    seed = try arguments[Self.seed]
  }
}
