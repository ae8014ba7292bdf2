import Inference

/// What drafts may look up in the context.
public enum LookupPolicy: Hashable, Sendable {
  /// Nothing.
  case off
  /// What followed matches of at least so many tokens.
  case least(Int)

  /// Whatever pays.
  public static let auto = LookupPolicy.least(1)

  /// The most tokens that a search looks up in a round: beyond it a row more of the verification
  /// costs what it gives, also in answers that repeat the prompt.
  public static let maximum = 15

  /// `auto`, `off`, or the fewest tokens of a match.
  public var argument: String {
    switch self {
    case .off: "off"
    case .auto: "auto"
    case .least(let length): "\(length)"
    }
  }

  /// Reads what `argument` writes; nil for anything else.
  public init?(argument: String) {
    switch (argument, Int(argument)) {
    case ("off", _): self = .off
    case ("auto", _): self = .auto
    case (_, let length?) where (1...LookupRule.longestMatch).contains(length):
      self = .least(length)
    default: return nil
    }
  }

  /// The most tokens that are looked up in a round.
  public var maximum: Int { self == .off ? 0 : Self.maximum }

  /// A rule where nothing has been fitted; nil for none.
  public var standard: LookupRule? {
    switch self {
    case .off: nil
    case .auto: LookupRule(limits: [0, 0, 3, 5, 8])
    case .least(let length): LookupRule(least: length, maximum: 8)
    }
  }
}
