import Checkpoints
import Files
import TestSupport
import Testing

@testable import Inference

/// Tests/Fixtures/golden/reference.json: the reference model on ten prompts, by Hugging Face
/// transformers in float64.
@Suite("The reference model")
struct ReferenceModelTests {
  private func integers(_ field: JSONField) throws -> [Int] {
    try field.elements().map { try $0.integer() }
  }

  @Test("continues prompts as Hugging Face does, plainly and with any skip set")
  func continuations() throws {
    let golden = try JSONField.read(fixture("golden/reference.json"))
    let model = LanguageModel(try Checkpoint(directory: referenceModel), threads: 2)
    let generator = Generator(model: model)
    var skips = [SkipSet.none, .everything(layerCount: 24)]
    for round in try golden.required("rounds").elements() {
      let skip = try round.required("skip")
      let set = SkipSet(
        attention: try integers(skip.required("attn")), mlp: try integers(skip.required("mlp")))
      if !skips.contains(set) { skips.append(set) }
    }
    for (index, prompt) in try golden.required("prompts").elements().enumerated() {
      let ids = try integers(prompt.required("ids"))
      let greedy = try integers(prompt.required("greedy"))
      let plain = try generator.generate(prompt: ids, maximumTokens: greedy.count)
      #expect(plain.ids == greedy)
      #expect(plain.telemetry.targetModelCallCount == plain.ids.count - 1)
      let skip = skips[index % skips.count]
      let speculative = try generator.generate(
        prompt: ids, maximumTokens: greedy.count,
        draft: Draft(model: DraftModel(skip: skip), stop: StopRule()))
      #expect(speculative.ids == greedy)
      if skip.isEmpty {
        #expect(speculative.telemetry.acceptanceRate == 1)
      }
    }
  }

  @Test("drafts as Hugging Face does: matches and confidences of a round from every position")
  func rounds() throws {
    let golden = try JSONField.read(fixture("golden/reference.json"))
    let maximum = try golden.required("draft_max").integer()
    let prompts = try golden.required("prompts").elements()
    let generator = Generator(
      model: LanguageModel(try Checkpoint(directory: referenceModel), threads: 2))
    let texts = try prompts.map { prompt in
      try #require(
        generator.verifiedText(
          prompt: try integers(prompt.required("ids")),
          maximumTokens: try prompt.required("greedy").elements().count
        ).text)
    }
    let replayer = DraftReplayer(generator, texts: texts, draftMaximum: maximum)
    var drafts = 0
    var worst = 0.0
    for round in try golden.required("rounds").elements() {
      let skip = try round.required("skip")
      let set = SkipSet(
        attention: try integers(skip.required("attn")), mlp: try integers(skip.required("mlp")))
      let text = try round.required("prompt").integer()
      let positions = try round.required("starts").elements()
      // The golden's last start has nothing after it to be right or wrong about.
      let replayed = try #require(
        replayer.records(
          of: texts[text].positions.map { DraftReplayer.Position(text: text, index: $0) },
          drafting: DraftModel(skip: set)))
      for (record, golden) in zip(replayed, positions) {
        let confidences = try golden.required("confidence").elements().map { try $0.double() }
        let matched = try golden.required("matched").integer()
        // Near its end decoding drafts less than the golden's steps, which know no length.
        #expect(record.matched == min(matched, record.limit))
        #expect(confidences.count <= maximum)
        for (mine, theirs) in zip(record.confidences, confidences) {
          worst = max(worst, abs(mine - theirs))
          drafts += 1
        }
      }
    }
    #expect(drafts > 1000)
    #expect(worst < 2e-4)
  }
}
