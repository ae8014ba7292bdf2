import Files
import Inference
import StudyTestSupport
import TestSupport
import Testing

@testable import SkipSearch

@Suite("Skip sets for other programs")
struct SkipSetDictionaryTests {
  private static let skip = SkipSet(attention: [1, 3], mlp: [2])

  private func read(_ text: String, name: String = "") throws -> SkipSetFile {
    try withTemporaryDirectory { directory in
      try writeAtomically(text, to: "\(directory)/set.json")
      return try SkipSetFile.read(
        "\(directory)/set.json\(name)", layerCount: 6, fingerprint: "f00d")
    }
  }

  @Test("the blog post's dictionary is read back")
  func huggingFace() throws {
    let text = SkipSetDictionary.huggingFace(Self.skip)
    #expect(
      text == """
        {
          "skip_layer_ids": {
            "attn": [1, 3],
            "mlp": [2]
          }
        }

        """)
    #expect(try read(text).model.skip == Self.skip)
    #expect(try read(SkipSetDictionary.huggingFace(.none)).model.skip == .none)
  }

  @Test("Draft & Verify's form is read back, under any name")
  func draftAndVerify() throws {
    let text = SkipSetDictionary.draftAndVerify(Self.skip, model: "llama-2-13b")
    #expect(
      text == """
        {
          "llama-2-13b": {
            "attention": [1, 3],
            "mlp": [2]
          }
        }

        """)
    for name in ["llama-2-13b", "a \"model\"\\\n", "mod#el", "draft"] {
      let text = SkipSetDictionary.draftAndVerify(Self.skip, model: name)
      #expect(try read(text).model.skip == Self.skip)
    }
  }

  /// Shortened from skip_layers.json of Draft & Verify and of SWIFT, which have this form.
  private static let published = """
    {
      "llama-2-13b": {
        "attention": [3, 5],
        "mlp": [1]
      },
      "llama-2-70b_cnndm": {
        "attention":  [8, 9, 14],
        "mlp": [3]
      }
    }
    """

  @Test("of a published file with sets for several models, the one that is named is read")
  func published() throws {
    #expect(
      try read(Self.published, name: "#llama-2-13b").model.skip
        == SkipSet(attention: [3, 5], mlp: [1]))
    let all = #expect(throws: InputError.self) { try read(Self.published) }
    #expect(all?.problem.contains("\"llama-2-13b\", \"llama-2-70b_cnndm\"; name one: ") == true)
    #expect(all?.problem.hasSuffix("set.json#llama-2-13b") == true)
    let other = #expect(throws: InputError.self) { try read(Self.published, name: "#llama") }
    #expect(other?.problem.contains("no set \"llama\"") == true)
    // The larger model's layers do not exist here.
    let deeper = #expect(throws: InputError.self) {
      try read(Self.published, name: "#llama-2-70b_cnndm")
    }
    #expect(deeper?.problem.contains("layer 8 does not exist") == true)
  }

  @Test("a file whose own name has a mark is that file")
  func mark() throws {
    try withTemporaryDirectory { directory in
      let path = "\(directory)/set#1.json"
      try writeAtomically(#"{"attn": [4]}"#, to: path)
      let file = try SkipSetFile.read(path, layerCount: 6, fingerprint: "")
      #expect(file.model.skip == SkipSet(attention: [4], mlp: []))
    }
  }

  @Test("a draft is chosen by its rank, the best where none is given")
  func ranks() throws {
    let result = StudyResult.example()
    #expect(try result.entry(rank: nil, file: "r") == result.best)
    #expect(try result.entry(rank: 2, file: "r").rank == 2)
    let unknown = #expect(throws: InputError.self) { try result.entry(rank: 9, file: "r.json") }
    #expect(
      unknown?.description
        == "r.json: sets: there is no set of rank 9; it has the ranks 1, 2")
    let slow = StudyResult.example(heldOutSpeedup: 0.5)
    var nothing = slow
    nothing.sets = slow.sets.filter { !$0.beatsPlainDecoding }
    let none = #expect(throws: InputError.self) { try nothing.entry(rank: nil, file: "r") }
    #expect(none?.field == "best")
    #expect(none?.problem.contains("choose one with --rank") == true)
  }

  @Test("what the draft has beside its skip set is named")
  func omissions() {
    let stop = StopRule(
      maximum: 5, criterion: .confidence(0.5), lookup: LookupRule(least: 2, maximum: 4))
    let plain = Draft(model: DraftModel(skip: Self.skip), stop: stop)
    #expect(plain.omissions(exportingRounds: true).isEmpty)
    #expect(
      plain.omissions(exportingRounds: false) == [
        "The stop rule is left out: at most 5 tokens, confidence:0.5.",
        "Lookups in the context are left out.",
      ])
    let head = DraftHead(precision: .eightBits, vocabulary: DraftVocabulary([1, 2, 7]))
    let mixed = DraftModel(
      skip: SkipSet(attention: [0], mlp: []),
      weights: DraftWeights(attention: [.fourBits, .model], mlp: [.eightBits, .model]), head: head)
    #expect(
      Draft(model: mixed, stop: stop).omissions(exportingRounds: true) == [
        "The draft's copies of weights in 8 bits are left out: it reads the model's own.",
        "The draft's head in 8 bits is left out: it reads the model's own.",
        "The draft's head of 3 tokens is left out: it computes all tokens.",
      ])
  }
}
