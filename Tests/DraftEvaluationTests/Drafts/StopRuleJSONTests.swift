import Files
import Inference
import Testing

@testable import DraftEvaluation

@Suite("Calibrated thresholds in JSON")
struct StopRuleJSONTests {
  private func read(_ text: String) throws -> StopRule {
    try StopRule(JSONField(JSON(parsing: text.utf8, file: ""), file: "d.json"))
  }

  @Test(
    "thresholds are read back the same; an infinite one comes back as one that no product reaches")
  func roundTrip() throws {
    for thresholds in [[], [0], [0.25, 0.5, 1], [0, 0.125, 2]] as [[Double]] {
      let settings = StopRule(
        maximum: 8, criterion: .calibrated(CalibratedThresholds(thresholds)))
      #expect(try read(settings.json.compact) == settings)
    }
    let settings = StopRule(
      maximum: 3, criterion: .calibrated(CalibratedThresholds([0.5, .infinity])))
    let written = try read(settings.json.compact)
    let records = [[1.0, 1, 1], [0.4, 1, 1], [0.6, 0.1, 1]].map {
      DraftRecord(matched: 3, confidences: $0, limit: 3)
    }
    #expect(written.rounds(records) == settings.rounds(records))
    #expect(settings.rounds(records).map(\.drafted) == [2, 1, 2])
  }

  @Test(
    "thresholds that are none are refused, and the field is named",
    arguments: [
      #"{"max": 4, "stop": "calibrated"}"#,
      #"{"max": 4, "stop": "calibrated", "thresholds": 0.5}"#,
      #"{"max": 4, "stop": "calibrated", "thresholds": [0.5, -0.1]}"#,
      #"{"max": 4, "stop": "calibrated", "thresholds": [0.5, null]}"#,
      #"{"max": 4, "stop": "calibrated", "thresholds": ["0.5"]}"#,
    ])
  func hostile(text: String) {
    #expect {
      _ = try read(text)
    } throws: { "\($0)".contains("d.json") && "\($0)".contains("thresholds") }
  }
}
