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
  /// - Parameter prompts: those that were evaluated; a sample's `prompt` is an index of them.
  public static func byKind(
    _ samples: [DecodingSample], of prompts: [EncodedPrompt]
  ) -> [KindFigures] {
    precondition(samples.allSatisfy { prompts.indices.contains($0.prompt) })
    let groups = Dictionary(grouping: samples) { prompts[$0.prompt].kind }
    var kinds: [String?] = []
    for prompt in prompts where !kinds.contains(prompt.kind) { kinds.append(prompt.kind) }
    return kinds.compactMap { kind in groups[kind].map { KindFigures(kind: kind, samples: $0) } }
  }
}
