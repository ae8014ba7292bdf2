import Foundation
import Inference
import Statistics

/// Fits `CalibratedThresholds` to recorded rounds: optimal stopping with one step of foresight.
///
/// After j drafted tokens whose confidences have the product ρ, drafting one more costs a draft
/// step and a row of the verification, and gains a token with the probability f(ρ) that all of them
/// are accepted. With λ tokens emitted per second on the whole, it pays while f(ρ) ≥ λ · (its
/// seconds). f is fitted by isotonic regression. λ is that of the rule itself, found by
/// Dinkelbach's iteration (1967), which maximises a ratio of sums and rises with every turn.
enum CalibratedFit {
  /// The rule for rounds of at most `maximum` drafts; nil where nothing can be fitted.
  ///
  /// - Parameter least: thresholds below this are taken as 0: records that follow mistakes only
  ///   while all confidences are at least so large know nothing of smaller products.
  static func rule(
    _ prompts: some Sequence<RecordedRounds>, _ costs: RoundCosts, maximum: Int, least: Double
  ) -> StopRule? {
    let prompts = Array(prompts)
    let pairs = prompts.flatMap { $0.records.flatMap { observations($0.draft, maximum) } }
    guard maximum > 1, !pairs.isEmpty else { return nil }
    let acceptance = IsotonicRegression(pairs)
    let contexts = prompts.flatMap { $0.records.map { Double($0.context) } }
    let context = contexts.reduce(0, +) / Double(max(1, contexts.count))
    let marginal = (1..<maximum).map { drafts in
      costs.draftSeconds(drafts + 1, context: context)
        - costs.draftSeconds(drafts, context: context)
        + costs.verificationSeconds(drafts + 1, context: context)
        - costs.verificationSeconds(drafts, context: context)
    }
    func member(_ rate: Double) -> StopRule {
      StopRule(
        maximum: maximum,
        criterion: .calibrated(
          CalibratedThresholds(
            marginal.map { seconds in
              let threshold = acceptance.threshold(reaching: rate * seconds) ?? .infinity
              return threshold < least ? 0 : threshold
            })))
    }
    var rate = 1 / costs.plainSeconds(1, context: context)
    var best: (rule: StopRule, rate: Double)?
    for _ in 0..<10 {
      let rule = member(rate)
      var totals = RoundTotals()
      for prompt in prompts { totals += prompt.totals(rule, costs) }
      let reached = Double(totals.emitted) / totals.seconds
      guard reached > best?.rate ?? 0 else { break }
      best = (rule, reached)
      rate = reached
    }
    return best?.rule
  }

  /// For every number of drafts after which the record says what came next: the product of their
  /// confidences, and whether they and the next were accepted.
  private static func observations(
    _ record: DraftRecord, _ maximum: Int
  ) -> [(x: Double, y: Double)] {
    var product = 1.0
    var pairs: [(x: Double, y: Double)] = []
    for drafts in 1..<max(2, min(maximum, record.confidences.count)) {
      guard drafts < record.confidences.count else { break }
      product *= record.confidences[drafts - 1]
      pairs.append((product, record.matched > drafts ? 1 : 0))
    }
    // Where the replay did not follow a mistake any further, the next draft is wrong for sure.
    let last = record.confidences.count
    if last < min(record.limit, maximum), !record.endsText, record.matched < last {
      pairs.append((record.confidences.reduce(1, *), 0))
    }
    return pairs
  }
}
