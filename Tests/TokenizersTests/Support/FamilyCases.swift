import Files
import Testing

@testable import Tokenizers

/// Expects a tokenizer to give the ids and the decoded text of each of a family's cases.
func expectCases(of family: JSONField, _ name: String, _ tokenizer: Tokenizer) throws {
  for entry in try family.required("cases").elements() {
    let text = try entry.required("text").string()
    let ids = try entry.required("ids").elements().map { try $0.integer() }
    #expect(
      tokenizer.encode(text, addSpecialTokens: false) == ids, "\(name) \(text.debugDescription)")
    let decoded = tokenizer.decode(ids, skipSpecialTokens: false)
    #expect(decoded.utf8.elementsEqual(try entry.required("decoded").string().utf8), "\(name)")
  }
}
