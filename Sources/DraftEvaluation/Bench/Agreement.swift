import Files

/// Whether replay and decoding of the same draft on the same prompts agree.
public struct Agreement {
  /// Prompts on which the counts of rounds, drafts or accepted drafts differ: a defect.
  public let differing: [Int]
  /// Speedup decoded over speedup modelled, on the prompts of both; nil where there are none.
  public let ratio: Double?
  /// How far the ratio may lie from 1: 5%, and two standard errors of the decoded speedup.
  public let tolerance: Double

  /// Compares a complete replay with real decoding of some of its prompts.
  public init(replayed: Evaluation, decoded: Evaluation) {
    let modelled = Dictionary(
      replayed.samples.map { ($0.prompt, $0) }, uniquingKeysWith: { first, _ in first })
    let pairs = decoded.samples.filter(\.isMeasurable).compactMap { sample in
      modelled[sample.prompt].map { (sample, $0) }
    }
    differing = Set(
      pairs.filter { sample, replay in
        sample.draftTokenCount != replay.draftTokenCount
          || sample.acceptedDraftTokenCount != replay.acceptedDraftTokenCount
          || sample.targetModelCallCount != replay.targetModelCallCount
      }.map(\.0.prompt)
    ).sorted()
    if let real = SpeedupEstimate(pairs.map(\.0)), let model = SpeedupEstimate(pairs.map(\.1)) {
      ratio = real.speedup / model.speedup
      tolerance = 0.05 + 2 * (real.variance ?? 0).squareRoot()
    } else {
      ratio = nil
      tolerance = 0.05
    }
  }

  /// Whether times agree too.
  public var isClose: Bool { ratio.map { abs($0 - 1) <= tolerance } ?? true }

  /// For programs: what `evaluate --evaluator auto` prints.
  public var json: JSON {
    [
      "counts": .bool(differing.isEmpty), "speedup_over_modelled": .number(ratio),
      "tolerance": .double(tolerance), "times": .bool(isClose),
    ]
  }
}
