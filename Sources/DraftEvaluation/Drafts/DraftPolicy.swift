import Inference

/// What a search may vary of its drafts beside what they skip: `--draft-weights`,
/// `--draft-vocabulary` and `--lookup`.
public struct DraftPolicy: Hashable, Sendable {
  /// The precision of sub-layers and head.
  public enum Weights: String, Hashable, Sendable, CaseIterable {
    /// Of each sub-layer what suits it: 8 or 4 bits, or the model's own where 8 are no fewer.
    case auto
    /// The checkpoint's own.
    case model
    /// All in 8 bits.
    case eightBits = "8"
    /// All in 4 bits.
    case fourBits = "4"
  }

  /// The tokens that the head knows.
  public enum Vocabulary: Hashable, Sendable {
    /// All, or the most useful half, quarter or eighth.
    case auto
    /// All.
    case full
    /// The so many most useful.
    case size(Int)
  }

  /// The precision of sub-layers and head.
  public var weights: Weights
  /// The tokens that the head knows.
  public var vocabulary: Vocabulary
  /// What rounds look up.
  public var lookup: LookupPolicy

  /// A policy; by default everything is searched.
  public init(
    weights: Weights = .auto, vocabulary: Vocabulary = .auto, lookup: LookupPolicy = .auto
  ) {
    self.weights = weights
    self.vocabulary = vocabulary
    self.lookup = lookup
  }

  /// The search over skip sets alone.
  public static let classical = DraftPolicy(weights: .model, vocabulary: .full, lookup: .off)

  /// A copy with more of the model's bytes than this is not worth its memory.
  private static let worthwhile = 0.95

  /// The precisions of sub-layers and head, the dearest first.
  ///
  /// - Parameter shape: of the model, whose own weights may be as short as a copy's; nil for weights
  ///   in 16 bits.
  private func precisions(_ shape: DraftShape?) -> [WeightPrecision] {
    switch weights {
    case .auto:
      let copies = [WeightPrecision.eightBits, .fourBits].filter { precision in
        shape.map { $0.ratio(precision) < Self.worthwhile } ?? true
      }
      return copies.first == .eightBits ? copies : [.model] + copies
    case .model: return [.model]
    case .eightBits: return [.eightBits]
    case .fourBits: return [.fourBits]
    }
  }

  /// How many tokens the head may know, the most first.
  private func vocabularySizes(of vocabularySize: Int) -> [Int] {
    switch vocabulary {
    case .full: [vocabularySize]
    case .size(let size): [min(size, vocabularySize)]
    case .auto:
      [vocabularySize]
        + [2, 4, 8].map { vocabularySize / $0 }.filter { $0 >= Self.leastVocabulary }
    }
  }

  /// The cheapest head that a model's drafts may have, its tokens by name alone.
  public func cheapestHead(of shape: DraftShape) -> DraftHead {
    let vocabularySize = shape.vocabularySize
    let size = vocabularySizes(of: vocabularySize).last ?? vocabularySize
    return DraftHead(
      precision: precisions(shape).last ?? .model,
      vocabulary: size < vocabularySize ? DraftVocabulary(count: size, fingerprint: 0) : nil)
  }

  /// Vocabularies that are not larger than this are not shortened: their heads cost nothing.
  private static let leastVocabulary = 2048

  /// What a model's drafts may consist of under this policy.
  ///
  /// - Parameter shape: the model's; nil for one with weights in 16 bits.
  public func choices(
    _ ranking: VocabularyRanking, draftMaximum: Int, shape: DraftShape? = nil
  ) -> DraftChoices {
    DraftChoices(
      precisions: precisions(shape),
      vocabularies: vocabularySizes(of: ranking.count).map { ranking.first($0) },
      draftMaximum: draftMaximum)
  }
}

extension DraftPolicy.Vocabulary {
  /// `auto`, `full`, or a number of tokens.
  public var argument: String {
    switch self {
    case .auto: "auto"
    case .full: "full"
    case .size(let size): "\(size)"
    }
  }

  /// Reads what `argument` writes; nil for anything else.
  public init?(argument: String) {
    switch (argument, Int(argument)) {
    case ("auto", _): self = .auto
    case ("full", _): self = .full
    case (_, let size?) where size >= 1: self = .size(size)
    default: return nil
    }
  }
}
