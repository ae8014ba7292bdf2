import Inference

/// Draft settings to choose from where the user asks for none.
///
/// How far a draft should go depends on its acceptance rate and on what verifying a row costs on this
/// machine: no rule is best for all sets. Trials compare sets with one rule that is near the best for
/// most; the few sets that come out best then try the others on the prompts of the search.
public enum StopRuleGrid {
  /// What trials draft with: until the draft's probability of its token falls below one half, at most
  /// five tokens.
  public static func trialRule(maximum: Int) -> StopRule {
    StopRule(maximum: min(maximum, 5), criterion: .confidence(0.5))
  }

  /// Settings to try besides, without repetitions.
  public static func alternatives(maximum: Int) -> [StopRule] {
    let grid: [(Int, StopCriterion)] = [
      (3, .fixed), (4, .fixed), (4, .confidence(0.4)), (7, .confidence(0.5)),
      (5, .confidence(0.7)), (maximum, .confidence(0.7)),
      (maximum, .adaptive(AdaptiveThreshold())),
    ]
    var seen: Set<StopRule> = [trialRule(maximum: maximum)]
    return grid.map { StopRule(maximum: min(maximum, $0.0), criterion: $0.1) }
      .filter { seen.insert($0).inserted }
  }
}
