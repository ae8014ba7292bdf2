import DraftEvaluation

/// `--draft-weights`, `--draft-vocabulary` and `--lookup`: of a search what it may vary, elsewhere
/// what a draft consists of.
struct DraftPolicyOptions {
  /// Nil where the command line does not say.
  let weights: DraftPolicy.Weights?
  let vocabulary: DraftPolicy.Vocabulary?
  let lookup: LookupPolicy?

  static func weights(otherwise words: String, auto: String) -> Option<DraftPolicy.Weights?> {
    Option(
      "draft-weights", value: "bits", .keyword, otherwise: words,
      "In what precision a draft reads the model's weights: model, 8, 4 or auto (\(auto)).")
  }

  static func vocabulary(
    otherwise words: String, auto: String
  ) -> Option<DraftPolicy.Vocabulary?> {
    Option(
      "draft-vocabulary", value: "n", .draftVocabulary, otherwise: words,
      "The tokens that a draft may draft: full, the n most useful, or auto (\(auto)).")
  }

  static func lookup(otherwise words: String, auto: String) -> Option<LookupPolicy?> {
    Option(
      "lookup", value: "n", .lookup, otherwise: words,
      "Draft what followed when the last n tokens occurred before: off, n, or auto (\(auto)).")
  }

  init(
    _ arguments: Arguments, _ weights: Option<DraftPolicy.Weights?>,
    _ vocabulary: Option<DraftPolicy.Vocabulary?>, _ lookup: Option<LookupPolicy?>
  ) throws(UsageError) {
    self.weights = try arguments[weights]
    self.vocabulary = try arguments[vocabulary]
    self.lookup = try arguments[lookup]
  }

  /// Whether this is a draft without a skip set.
  var describesDraft: Bool {
    weights != nil || vocabulary != nil || (lookup != nil && lookup != .off)
  }

  /// Whether nothing but a lookup was asked for: then nothing but the context drafts.
  var looksUpAlone: Bool {
    weights == nil && vocabulary == nil && lookup != nil && lookup != .off
  }

  /// The policy of a search.
  func policy(otherwise standard: DraftPolicy) -> DraftPolicy {
    DraftPolicy(
      weights: weights ?? standard.weights, vocabulary: vocabulary ?? standard.vocabulary,
      lookup: lookup ?? standard.lookup)
  }
}

extension ValueFormat<DraftPolicy.Vocabulary> {
  static let draftVocabulary = ValueFormat(
    "auto, full or a number of tokens of at least 1", words: ["auto", "full"],
    text: { $0.argument },
    parse: { DraftPolicy.Vocabulary(argument: $0) })
}

extension ValueFormat<LookupPolicy> {
  static let lookup = ValueFormat(
    "auto, off or a number of tokens from 1 to 16", words: ["auto", "off"], text: { $0.argument },
    parse: { LookupPolicy(argument: $0) })
}
