import Inference
import Testing

@testable import DraftEvaluation

@Suite("Lists of sub-layers")
struct SkipSetListTests {
  @Test(
    "sub-layers are named one by one",
    arguments: [
      ("attn:0,mlp:0,mlp:23", SkipSet(attention: [0], mlp: [0, 23])),
      ("attention:3", SkipSet(attention: [3], mlp: [])),
    ])
  func list(text: String, set: SkipSet) {
    #expect(SkipSet(list: text) == set)
  }

  @Test("anything else is no list", arguments: ["", "attn", "attn:", "attn:-1", "mlp:1,", "x:1"])
  func noList(text: String) {
    #expect(SkipSet(list: text) == nil)
  }
}
