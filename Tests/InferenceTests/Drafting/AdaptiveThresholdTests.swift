import Testing

@testable import Inference

@Suite("Draft & Verify's adaptive threshold")
struct AdaptiveThresholdTests {
  @Test("follows the published update rule, computed by hand")
  func updates() {
    let rule = AdaptiveThreshold()
    var state = AdaptiveThreshold.State(threshold: rule.initialThreshold)
    // matchness 0.5·0 + 0.5·1 = 0.5 < 0.9: θ′ = 0.81, θ = 0.9·0.8 + 0.1·0.81
    state.update(rule, accepted: 4, drafted: 4, maximum: 8)
    #expect(abs(state.threshold - 0.801) < 1e-12)
    // matchness 0.75, 0.875: still below
    state.update(rule, accepted: 4, drafted: 4, maximum: 8)
    state.update(rule, accepted: 4, drafted: 4, maximum: 8)
    #expect(abs(state.threshold - 0.803) < 1e-12)
    // matchness 0.9375 ≥ 0.9: θ′ = θ − 0.01
    state.update(rule, accepted: 4, drafted: 4, maximum: 8)
    #expect(abs(state.threshold - 0.802) < 1e-12)
    // A full round says nothing about a lower threshold.
    state.update(rule, accepted: 8, drafted: 8, maximum: 8)
    #expect(abs(state.threshold - 0.802) < 1e-12)
  }

  @Test("the stop rule ends a round after the first token below the threshold")
  func stops() {
    var confidence = StopRuleState(StopRule(maximum: 8, criterion: .confidence(0.5)))
    #expect(confidence.stops(confidence: 0.49) && !confidence.stops(confidence: 0.5))
    var fixed = StopRuleState(StopRule(maximum: 8, criterion: .fixed))
    #expect(!fixed.needsConfidence && !fixed.stops(confidence: 0))
    var adaptive = StopRuleState(StopRule(maximum: 8, criterion: .adaptive(AdaptiveThreshold())))
    #expect(adaptive.stops(confidence: 0.79) && !adaptive.stops(confidence: 0.81))
  }
}
