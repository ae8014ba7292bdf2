import Files
import Inference
import TestSupport
import Testing

@testable import DraftEvaluation

@Suite("Drafts in JSON")
struct DraftJSONTests {
  private func read(_ text: String, layerCount: Int? = 2) throws -> Draft {
    try Draft(
      JSONField(JSON(parsing: text.utf8, file: ""), file: "d.json"), layerCount: layerCount)
  }

  /// A draft whose member `draft` has one member more.
  private func text(_ more: String) -> String {
    #"{"skip_layer_ids": {"attn": [1], "mlp": []}, "draft": {"max": 8, "stop": "fixed", "#
      + more + "}}"
  }

  @Test("what is written is read back the same, whether the number of layers is known or not")
  func roundTrip() throws {
    var random = SplitMix64(seed: 111)
    var kinds: Set<String> = []
    for _ in 0..<300 {
      let draft = randomDraft(&random, layerCount: 5, vocabularySize: 70_000, draftMaximum: 9)
      let text = draft.json.compact
      #expect(try read(text, layerCount: 5) == draft)
      #expect(try read(text, layerCount: nil) == draft)
      #expect(
        try read(text, layerCount: 5).model.head.vocabulary?.ids == draft.model.head.vocabulary?.ids
      )
      // Without its tokens it is shorter, equal, and not to be drafted with.
      let name = try read(draft.withoutTokens.json.compact, layerCount: 5)
      #expect(name == draft)
      #expect(
        name.model.fits(layerCount: 5, vocabularySize: 70_000)
          == (draft.model.head.vocabulary == nil))
      kinds.insert(
        "\(draft.model.weights.uniform == nil) \(draft.model.head.vocabulary == nil) "
          + "\(draft.stop.lookup?.continues ?? false) \(draft.stop.maximum == 0)")
    }
    #expect(kinds.count > 10)
  }

  @Test("a draft of schema 1 reads the model's own weights, knows all tokens and looks nothing up")
  func schemaOne() throws {
    let draft = try read(
      #"{"skip_layer_ids": {"attn": [1], "mlp": [0]}, "#
        + #""draft": {"max": 6, "stop": "confidence", "threshold": 0.25}}"#)
    let skip = SkipSet(attention: [1], mlp: [0])
    #expect(
      draft
        == Draft(
          model: DraftModel(skip: skip),
          stop: StopRule(maximum: 6, criterion: .confidence(0.25))))
    #expect(draft.model.weights == .uniform(.model) && draft.model.head == .full)
    #expect(draft.stop.lookup == nil)
  }

  @Test("every ingredient is read as it is documented")
  func ingredients() throws {
    let model = try read(text(#""weights": {"attn": [8, 0], "mlp": ["model", 4]}"#)).model
    #expect(
      model.weights
        == DraftModel(
          skip: SkipSet(attention: [1], mlp: []),
          weights: DraftWeights(attention: [.eightBits, .model], mlp: [.model, .fourBits])
        ).weights)
    #expect(try read(text(#""weights": 4"#)).model.weights == .uniform(.fourBits))
    #expect(try read(text(#""weights": "model""#)).model == (try read(text(#""x": 1"#))).model)
    // Tokens 3, 7 and 300: the words 3, 4 and 293, little-endian, by Python's struct and base64.
    let head = try read(
      text(#""head": {"bits": 8, "vocabulary": {"size": 3, "ids": "AwAAAAQAAAAlAQAA"}}"#)
    ).model.head
    #expect(
      head == DraftHead(precision: .eightBits, vocabulary: DraftVocabulary([3, 7, 300])))
    // FNV-1a over the three numbers, by Python.
    #expect(
      head.json.compact
        == #"{"bits": 8, "vocabulary": {"size": 3, "fingerprint": "e201931871014019", "#
        + #""ids": "AwAAAAQAAAAlAQAA"}}"#)
    #expect(try read(text(#""head": {"vocabulary": null}"#)).model.head == .full)
    let lookup = try read(
      text(#""lookup": {"n": 2, "max": 8, "limits": [2, 3, 8], "continues": true}"#)
    ).stop.lookup
    #expect(lookup == LookupRule(limits: [0, 0, 2, 3, 8], continues: true))
    let short = try read(text(#""lookup": {"n": 3, "max": 5}"#)).stop.lookup
    #expect(short == LookupRule(least: 3, maximum: 5))
    let alone = try read(
      #"{"skip_layer_ids": {"attn": []}, "#
        + #""draft": {"max": 0, "stop": "fixed", "lookup": {"n": 1, "max": 4}}}"#)
    #expect(alone.stop == .lookupAlone(LookupRule(least: 1, maximum: 4)))
  }

  @Test(
    "what is none of these is refused, and the field is named",
    arguments: [
      (#""weights": 5"#, "weights"), (#""weights": "f16""#, "weights"),
      (#""weights": [8, 8]"#, "weights"), (#""weights": {"attn": [8, 0]}"#, "weights"),
      (#""weights": {"attn": [8, 0], "mlp": [8]}"#, "weights"),
      (#""weights": {"attn": [8, 0, 8], "mlp": [8, 8, 8]}"#, "weights"),
      (#""weights": {"attn": [0, 8], "mlp": [8, 8]}"#, "weights.attn[0]"),
      (#""weights": {"attn": [8, 0], "mlp": [8, 3]}"#, "weights.mlp[1]"),
      (#""head": 4"#, "head"), (#""head": {"bits": 2}"#, "head.bits"),
      (#""head": {"vocabulary": [1, 2]}"#, "head.vocabulary"),
      (#""head": {"vocabulary": {"ids": "AwAAAA=="}}"#, "head.vocabulary.size"),
      (#""head": {"vocabulary": {"size": 0}}"#, "head.vocabulary.size"),
      (#""head": {"vocabulary": {"size": 2, "ids": "AwAAAA=="}}"#, "head.vocabulary"),
      (
        #""head": {"vocabulary": {"size": 1, "fingerprint": "1f", "ids": "AwAAAA=="}}"#,
        "head.vocabulary"
      ),
      (#""head": {"vocabulary": {"size": 1, "fingerprint": 5}}"#, "head.vocabulary.fingerprint"),
      (#""head": {"vocabulary": {"size": 1, "fingerprint": "x"}}"#, "head.vocabulary.fingerprint"),
      (#""head": {"vocabulary": {"size": 2, "ids": ""}}"#, "head.vocabulary.ids"),
      (#""head": {"vocabulary": {"size": 2, "ids": "AwAA"}}"#, "head.vocabulary.ids"),
      (#""head": {"vocabulary": {"size": 2, "ids": "?"}}"#, "head.vocabulary.ids"),
      // 1 and 1 again; 2³² − 1 and one more.
      (#""head": {"vocabulary": {"size": 2, "ids": "AQAAAAAAAAA="}}"#, "head.vocabulary.ids"),
      (#""head": {"vocabulary": {"size": 2, "ids": "/////wEAAAA="}}"#, "head.vocabulary.ids"),
      (#""lookup": true"#, "lookup"), (#""lookup": {"max": 8}"#, "lookup.n"),
      (#""lookup": {"n": 0, "max": 8}"#, "lookup.n"),
      (#""lookup": {"n": 17, "max": 8}"#, "lookup.n"),
      (#""lookup": {"n": 2}"#, "lookup.max"), (#""lookup": {"n": 2, "max": 0}"#, "lookup.max"),
      (#""lookup": {"n": 2, "max": 64}"#, "lookup.max"),
      (#""lookup": {"n": 2, "max": 8, "limits": []}"#, "lookup.limits"),
      (#""lookup": {"n": 2, "max": 8, "limits": [3, 2, 8]}"#, "lookup.limits"),
      (#""lookup": {"n": 2, "max": 8, "limits": [0, 8]}"#, "lookup.limits[0]"),
      (#""lookup": {"n": 2, "max": 8, "limits": [3, 4]}"#, "lookup.limits"),
      (#""lookup": {"n": 16, "max": 8, "limits": [3, 8]}"#, "lookup.limits"),
      (#""lookup": {"n": 2, "max": 8, "continues": 1}"#, "lookup.continues"),
    ])
  func hostile(more: String, path: String) {
    #expect {
      _ = try read(text(more))
    } throws: { "\($0)".contains("d.json") && "\($0)".contains("draft.\(path)") }
  }

  @Test("a rule that never drafts anything is refused")
  func nothing() {
    #expect {
      _ = try read(#"{"skip_layer_ids": {"attn": []}, "draft": {"max": 0, "stop": "fixed"}}"#)
    } throws: { "\($0)".contains("d.json") && "\($0)".contains("lookup") }
  }

  @Test("what drafts may look up is an option's argument")
  func policies() {
    for policy in [LookupPolicy.off, .auto, .least(1), .least(2), .least(16)] {
      #expect(LookupPolicy(argument: policy.argument) == policy)
    }
    #expect(LookupPolicy.auto.argument == "auto" && LookupPolicy.least(3).argument == "3")
    for argument in ["", "on", "0", "17", "-1", "2.5"] {
      #expect(LookupPolicy(argument: argument) == nil)
    }
    #expect(LookupPolicy.off.standard == nil && LookupPolicy.off.maximum == 0)
    for policy in [LookupPolicy.auto, .least(5)] {
      #expect((policy.standard?.maximum ?? 99) <= policy.maximum)
    }
    #expect(LookupPolicy.least(5).standard?.least == 5)
  }
}
