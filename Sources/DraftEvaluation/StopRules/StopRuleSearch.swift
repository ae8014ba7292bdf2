import Foundation
import Inference

/// Finds the stop rule that suits a skip set from its recorded rounds, without running the model.
///
/// Cross-validated over prompts: what a rule is worth is the sum over folds of what the rule chosen
/// on the other folds does on this one. Of the families (fixed lengths, confidence thresholds,
/// calibrated thresholds) the one that is worth most is then fitted on all prompts.
struct StopRuleSearch {
  /// The most tokens that a round drafts.
  let maximum: Int
  /// What the user asked for; nil: search.
  let wanted: StopCriterion?
  /// The least confidence with which the records follow a mistake.
  let least: Double

  static let foldCount = 5
  /// Confidence thresholds that are tried.
  static let thresholds = [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]

  /// A rule with what it is worth.
  struct Choice {
    /// The rule fitted on all prompts.
    var rule: StopRule
    /// Totals of each prompt under the rule chosen without its fold.
    var validated: [RoundTotals]
    /// Totals of each prompt under `rule`.
    var fitted: [RoundTotals]
  }

  /// The best rule for some prompts; `validated` is what its family is worth on prompts that it was
  /// not fitted to.
  func choose(_ prompts: [RecordedRounds], _ costs: RoundCosts) -> Choice {
    precondition(!prompts.isEmpty)
    let families = wanted == nil ? Family.allCases : [.wanted]
    var best: (choice: Choice, worth: Double)?
    let tables = prompts.map { RoundTotalsTable($0, costs) }
    for family in families {
      guard let rule = fit(family, tables, costs, without: nil) else { continue }
      // A family that some folds cannot fit has no validated worth; fixed lengths fit always.
      guard let validated = validate(family, tables, costs, unvalidated: rule) else { continue }
      let worth = Self.sum(validated).speedup
      if best == nil || worth > best?.worth ?? 0 {
        let fitted = tables.map { $0.totals(rule) }
        best = (Choice(rule: rule, validated: validated, fitted: fitted), worth)
      }
    }
    guard let best else { preconditionFailure("a fixed length always fits") }
    return best.choice
  }

  enum Family: CaseIterable {
    case fixed, confidence, calibrated
    /// The user's rule.
    case wanted

    static let allCases: [Family] = [.fixed, .confidence, .calibrated]
  }

  /// Nil where a fold's rule cannot be fitted. Of a single prompt none can be kept back: then the
  /// totals of `rule`.
  private func validate(
    _ family: Family, _ tables: [RoundTotalsTable], _ costs: RoundCosts,
    unvalidated rule: StopRule
  ) -> [RoundTotals]? {
    let folds = min(Self.foldCount, tables.count)
    guard folds > 1 else { return tables.map { $0.totals(rule) } }
    let rules = (0..<folds).map { fold in fit(family, tables, costs, without: fold) }
    var totals: [RoundTotals] = []
    for (index, table) in tables.enumerated() {
      guard let rule = rules[index % folds] else { return nil }
      totals.append(table.totals(rule))
    }
    return totals
  }

  /// The family's best member on the prompts outside a fold; nil where it has none.
  private func fit(
    _ family: Family, _ tables: [RoundTotalsTable], _ costs: RoundCosts, without fold: Int?
  ) -> StopRule? {
    let folds = min(Self.foldCount, tables.count)
    let used = tables.enumerated().filter { $0.offset % folds != fold }.map(\.element)
    if family == .calibrated {
      return CalibratedFit.rule(used.map(\.rounds), costs, maximum: maximum, least: least)
    }
    let members = members(of: family)
    let worths = members.map { member in
      Self.sum(used.map { $0.totals(member) }).speedup
    }
    return members.indices.max { (worths[$0], $1) < (worths[$1], $0) }.map { members[$0] }
  }

  private func members(of family: Family) -> [StopRule] {
    let lengths = 1...maximum
    switch family {
    case .fixed: return lengths.map { StopRule(maximum: $0, criterion: .fixed) }
    case .confidence:
      return lengths.dropFirst().flatMap { length in
        Self.thresholds.filter { $0 >= least }.map {
          StopRule(maximum: length, criterion: .confidence($0))
        }
      }
    case .wanted: return [StopRule(maximum: maximum, criterion: wanted ?? .fixed)]
    case .calibrated: return []
    }
  }

  static func sum(_ totals: [RoundTotals]) -> RoundTotals {
    totals.reduce(into: RoundTotals()) { $0 += $1 }
  }
}

/// A prompt's rounds with the totals of the grid's members, each computed once.
final class RoundTotalsTable {
  let rounds: RecordedRounds
  private let costs: RoundCosts
  private var known: [StopRule: RoundTotals] = [:]

  init(_ rounds: RecordedRounds, _ costs: RoundCosts) {
    self.rounds = rounds
    self.costs = costs
  }

  func totals(_ rule: StopRule) -> RoundTotals {
    if let totals = known[rule] { return totals }
    let totals = rounds.totals(rule, costs)
    known[rule] = totals
    return totals
  }
}
