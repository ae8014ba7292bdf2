import StudyTestSupport
import Testing

@testable import SkipSearch

@Suite("The subject of a study")
struct StudySubjectTests {
  @Test("names of models become safe file names")
  func names() {
    func name(_ path: String) -> String {
      var model = StudyResult.example().subject.model
      model.path = path
      return model.name
    }
    #expect(name("a/SmolLM2-1.7B/") == "SmolLM2-1.7B")
    #expect(name("/models/mein größtes Modell") == "mein-gr--tes-Modell")
    #expect(name("/") == "model")
    #expect(!name("..").contains("/"))
  }
}
