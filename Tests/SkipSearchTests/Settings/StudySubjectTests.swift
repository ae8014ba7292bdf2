import Checkpoints
import StudyTestSupport
import TestSupport
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

  @Test("types of weights are named as their files name them")
  func types() throws {
    for (file, type) in [("q8_0", "Q8_0"), ("bf16", "BF16"), ("f32", "F32")] {
      let path = fixture("gguf/\(file).gguf")
      let model = ModelDescription(try Checkpoint(path: path), path: path)
      #expect(model.elementType == type)
    }
  }
}
