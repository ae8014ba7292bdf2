import DraftEvaluation
import Files
import Inference
import Testing

@testable import SkipSearch

@Suite("Study settings")
struct StudySettingsTests {
  @Test("a seed of 64 bits survives", arguments: [0, 7, UInt64.max])
  func seeds(_ seed: UInt64) throws {
    var settings = StudySettings()
    settings.seed = seed
    settings.timeLimit = 90.5
    #expect(try StudySettings(JSONField(settings.json, file: "")) == settings)
    settings.draftStop = .confidence(0.25)
    settings.draftMaximum = 3
    #expect(try StudySettings(JSONField(settings.json, file: "")) == settings)
  }
}
