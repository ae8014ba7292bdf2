import Files
import TestSupport
import Testing

@testable import Tokenizers

@Suite("Families of tokenizers")
struct FamilyTests {
  /// Tests/Fixtures/golden/text/families.json: by PyPI's tokenizers 0.23 (Experiments/tokenizers).
  @Test("normalizers, expressions and ways to split give the ids of Hugging Face's tokenizers")
  func families() throws {
    let reference = try JSONField.read("\(referenceModel)/tokenizer.json").value
    for (name, family) in try JSONField.read(fixture("golden/text/families.json")).members() {
      var json = reference
      for key in ["normalizer", "pre_tokenizer", "decoder"] {
        json = json.setting([key], to: family.value[key])
      }
      json = json.setting(["model", "ignore_merges"], to: family.value["ignore_merges"])
      try expectCases(of: family, name, try load(json.compact))
    }
  }
}
