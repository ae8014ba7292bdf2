import BayesianOptimization
import Testing

@Suite("Stopping rule")
struct StoppingRuleTests {
  @Test("it says why the search may stop, and does not before improvements were small in a row")
  func reasons() throws {
    var rule = StoppingRule(threshold: 0.01, patience: 3)
    let reasons = [0.001, nil, 0.002, 0.5, 0.001, 0.001, 0.003].map { rule.note($0) }
    #expect(reasons.dropLast().allSatisfy { $0 == nil })
    let reason = try #require(reasons[6])
    #expect(reason.contains("below 1%") && reason.contains("3 times") && reason.contains("0.3%"))
  }
}
