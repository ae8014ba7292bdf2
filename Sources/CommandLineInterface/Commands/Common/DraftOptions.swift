import DraftEvaluation
import Files
import Inference
import SkipSearch

/// What a draft consists of and how its rounds stop, over what a skip-set file says. The one place
/// where a file and the command line become a draft.
struct DraftOptions {
  /// Nil where the command line does not say.
  let maximum: Int?
  let stop: StopCriterion?
  let policy: DraftPolicyOptions

  static let maximum = maximum(
    from: 0, otherwise: "what the skip set says, else \(StopRule().maximum)")
  static let stop = stop(
    otherwise: "what the skip set says, else \(StopRule().criterion.argument)",
    confidence: " (after a token with a draft probability below P)",
    adaptive: " (Draft & Verify's threshold for an acceptance rate of T, "
      + "\(AdaptiveThreshold().target))")
  static let weights = DraftPolicyOptions.weights(
    otherwise: "what the skip set says", auto: "what the skip set says, else 4")
  static let vocabulary = DraftPolicyOptions.vocabulary(
    otherwise: "what the skip set says", auto: "what the skip set says, else full")
  static let lookup = DraftPolicyOptions.lookup(
    otherwise: "what the skip set says",
    auto: "what the skip set says, else the longer the match, the more")
  static let all: [any OptionDeclaration] = [maximum, stop, weights, vocabulary, lookup]

  init(_ arguments: Arguments) throws(UsageError) {
    maximum = try arguments[Self.maximum]
    stop = try arguments[Self.stop]
    policy = try DraftPolicyOptions(arguments, Self.weights, Self.vocabulary, Self.lookup)
  }

  /// The draft that a file and the command line describe together; the command line counts. Nil
  /// where neither describes one.
  ///
  /// - Parameter ranking: the model's tokens, for a short head.
  /// - Throws: where nothing would draft, or where what the command line asks for has no effect.
  func draft(
    from file: SkipSetFile?, _ ranking: VocabularyRanking
  ) throws(InputError) -> Draft? {
    guard file != nil || policy.describesDraft else { return nil }
    var base = file?.stop ?? StopRule()
    if let rule = lookupRule(file) { base.lookup = rule }
    let lookup = policy.lookup == .off ? nil : base.lookup
    let most = maximum ?? (file == nil && policy.looksUpAlone ? 0 : base.maximum)
    if most == 0 {
      func refused(_ problem: String) -> InputError { InputError(file: "the draft", problem) }
      guard lookup != nil else {
        throw refused(
          maximum == 0
            ? "the skip set has no lookup, so that with --draft-max 0 nothing drafts; give --lookup"
            : "the skip set is a lookup alone, so that with --lookup off nothing drafts; give "
              + "--draft-max too")
      }
      if let option = modelOptions.first {
        throw refused(
          "the skip set is a lookup alone, so that \(option) has no effect; give --draft-max too")
      }
    }
    return Draft(
      model: model(file, ranking),
      stop: StopRule(maximum: most, criterion: stop ?? base.criterion, lookup: lookup))
  }

  /// The options given that have no effect where the model drafts nothing.
  private var modelOptions: [String] {
    [
      policy.weights.map { _ in "--draft-weights" },
      policy.vocabulary.map { _ in "--draft-vocabulary" }, stop.map { _ in "--draft-stop" },
    ].compactMap(\.self)
  }

  /// The options given that have no effect where nothing is decoded.
  var decodingOptions: [String] {
    [
      policy.lookup.map { _ in "--lookup" }, maximum.map { _ in "--draft-max" },
      stop.map { _ in "--draft-stop" },
    ].compactMap(\.self)
  }

  /// Refuses what has no effect whatever a file says.
  ///
  /// - Parameter hasFile: whether a file describes a draft.
  func check(_ arguments: Arguments, hasFile: Bool) throws(UsageError) {
    if !hasFile, !policy.describesDraft, maximum != nil || stop != nil {
      throw arguments.error(
        "--draft-max and --draft-stop need a draft: give --skip-set, --draft-weights, "
          + "--draft-vocabulary or --lookup")
    }
    if maximum == 0 {
      if policy.lookup == .off || (policy.lookup == nil && !hasFile) {
        throw arguments.error("With --draft-max 0 nothing drafts but a lookup; give --lookup")
      }
      if let option = modelOptions.first {
        throw arguments.error(
          "With --draft-max 0 the model drafts nothing, so that \(option) has no effect")
      }
    }
    if !hasFile, maximum == nil, stop != nil, policy.looksUpAlone {
      throw arguments.error(
        "With --lookup alone the model drafts nothing, so that --draft-stop has no effect; give "
          + "--draft-max or --draft-weights too")
    }
  }

  /// Whether either says when a round stops.
  func hasStopRule(with file: SkipSetFile) -> Bool {
    file.stop != nil || stop != nil || policy.lookup != nil
  }

  private func lookupRule(_ file: SkipSetFile?) -> LookupRule? {
    if policy.lookup == .auto, let rule = file?.stop?.lookup { return rule }
    return policy.lookup?.standard
  }

  private func model(_ file: SkipSetFile?, _ ranking: VocabularyRanking) -> DraftModel {
    let base = file?.model ?? .full
    let precision: WeightPrecision? =
      switch policy.weights {
      case nil: nil
      case .auto: file == nil ? .fourBits : nil
      case .model: .model
      case .eightBits: .eightBits
      case .fourBits: .fourBits
      }
    let vocabulary =
      switch policy.vocabulary {
      case nil, .auto: base.head.vocabulary
      case .full: DraftVocabulary?.none
      case .size(let size): ranking.first(size)
      }
    return DraftModel(
      skip: base.skip, weights: precision.map(DraftWeights.uniform) ?? base.weights,
      head: DraftHead(precision: precision ?? base.head.precision, vocabulary: vocabulary))
  }
}

extension DraftOptions {
  /// `--draft-max` of a command.
  ///
  /// - Parameters:
  ///   - least: 0 where a draft may consist of a lookup alone.
  ///   - words: what the help says of what holds where it is not given.
  static func maximum(from least: Int, otherwise words: String) -> Option<Int?> {
    Option(
      "draft-max", value: "n", .integer(in: least...StopRule.largestMaximum), otherwise: words,
      "The most tokens that the draft model drafts in a round."
        + (least == 0 ? " With 0 nothing drafts but --lookup." : ""))
  }

  /// `--draft-stop` of a command.
  ///
  /// - Parameters:
  ///   - words: what the help says of what holds where it is not given.
  ///   - confidence: what the help says of the confidence rule, if anything.
  ///   - adaptive: what the help says of the adaptive rule, if anything.
  static func stop(
    otherwise words: String, confidence: String = "", adaptive: String = ""
  ) -> Option<StopCriterion?> {
    Option(
      "draft-stop", value: "rule", .stopCriterion, otherwise: words,
      "When a round stops drafting: fixed, confidence:P\(confidence) or adaptive[:T]\(adaptive).")
  }
}

extension ValueFormat<StopCriterion> {
  static let stopCriterion = ValueFormat(
    "fixed, confidence:P or adaptive[:T], with P and T from 0 to 1",
    words: ["fixed", "adaptive"], text: { $0.argument },
    parse: { StopCriterion(argument: $0) })
}
