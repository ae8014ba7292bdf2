extension DraftReplayer {
  /// How far each draft model's first step is from the full model: the mean over positions of the
  /// total variation distance ½·Σ|p − q| of their distributions of the next token, in 0…1. It is
  /// the probability that a sampled draft is rejected (Leviathan, Kalman and Matias 2023, theorem
  /// 3.5). Unlike matches, and unlike the probability of the token that came, it moves with every
  /// change of the distribution and never cancels, so that a few dozen positions tell even harmless
  /// sub-layers apart.
  ///
  /// - Parameters:
  ///   - positions: of which as many count as run in one pass.
  ///   - drafts: the draft models.
  ///   - isStopped: asked between passes.
  /// - Returns: a distance for each draft model, in order; nil where it was stopped.
  public func meanTotalVariations(
    of positions: [Position], drafting drafts: [DraftModel], isStopped: () -> Bool = { false }
  ) -> [Double]? {
    let positions = positions.filter { texts[$0.text].positions.contains($0.index) }
      .prefix(entries.slotCount)
    guard !positions.isEmpty else { return drafts.map { _ in 0 } }
    let tokens = positions.map { texts[$0.text].ids[$0.index] }
    let placements = positions.enumerated().map { slot, position in
      placement(of: position, step: 0, slot: slot)
    }
    func logits(_ plan: SublayerPlan) -> LogitsView {
      runner.run(tokens, at: placements, plan, logits: .all)
    }
    let full = logits(runner.fullPlan)
    let expected = tokens.indices.map { full.distribution($0) }
    var means: [Double] = []
    for draft in drafts {
      guard !isStopped() else { return nil }
      let drafted = logits(model.plan(for: draft))
      let sum = expected.enumerated().reduce(0.0) { sum, entry in
        sum + totalVariation(entry.element, drafted.distribution(entry.offset))
      }
      means.append(sum / Double(expected.count))
    }
    return means
  }
}

/// ½·Σ|p − q|
private func totalVariation(_ p: [Float], _ q: [Float]) -> Double {
  zip(p, q).reduce(0) { $0 + 0.5 * Double(abs($1.0 - $1.1)) }
}
