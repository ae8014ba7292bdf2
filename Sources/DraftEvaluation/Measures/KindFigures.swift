/// What a draft was worth on the prompts of one kind.
public struct KindFigures: Hashable, Sendable {
  /// `Prompt.kind`; nil for the prompts of which nobody said.
  public let kind: String?
  /// Different prompts measured.
  public let promptCount: Int
  /// Accepted over drafted tokens; nil where nothing was drafted.
  public let acceptanceRate: Double?
  /// Plain over speculative seconds, the variance over the prompts of this kind alone; nil where
  /// none of them decoded anything.
  public let speedup: SpeedupEstimate?

  /// The figures of samples of one kind.
  public init(kind: String?, samples: [DecodingSample]) {
    self.kind = kind
    promptCount = samples.promptCount
    acceptanceRate = samples.acceptanceRate
    speedup = SpeedupEstimate(samples)
  }

  /// Groups samples by the kinds of their prompts, in the order in which the kinds first occur
  /// among the prompts. Kinds without a sample are left out.
  ///
  /// - Parameter kinds: of the prompts that were evaluated; a sample's `prompt` is an index of them.
  public static func byKind(_ samples: [DecodingSample], kinds: [String?]) -> [KindFigures] {
    precondition(samples.allSatisfy { kinds.indices.contains($0.prompt) })
    let groups = Dictionary(grouping: samples) { kinds[$0.prompt] }
    var order: [String?] = []
    for kind in kinds where !order.contains(kind) { order.append(kind) }
    return order.compactMap { kind in groups[kind].map { KindFigures(kind: kind, samples: $0) } }
  }
}
