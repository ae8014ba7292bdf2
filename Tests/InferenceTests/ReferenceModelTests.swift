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
        prompt: ids, maximumTokens: greedy.count, drafting: (skip, DraftSettings()))
      #expect(speculative.ids == greedy)
      if skip.isEmpty {
        #expect(speculative.telemetry.acceptanceRate == 1)
      }
    }
  }

  @Test("drafts as Hugging Face does: matches and confidences of a round from every start")
  func rounds() throws {
    let golden = try JSONField.read(fixture("golden/reference.json"))
    let maximum = try golden.required("draft_max").integer()
    let prompts = try golden.required("prompts").elements()
    let model = LanguageModel(try Checkpoint(directory: referenceModel), threads: 2)
    let runner = Runner(model, capacity: 512)
    var drafts = 0
    var worst = 0.0
    var differing = 0
    for round in try golden.required("rounds").elements() {
      let skip = try round.required("skip")
      let mask = SkipMask(
        SkipSet(
          attention: try integers(skip.required("attn")), mlp: try integers(skip.required("mlp"))),
        layerCount: 24)
      let prompt = prompts[try round.required("prompt").integer()]
      let greedy = try integers(prompt.required("greedy"))
      runner.cache.truncate(to: 0)
      _ = runner.prefill(try integers(prompt.required("ids")))
      for (start, record) in try round.required("starts").elements().enumerated() {
        let confidences = try record.required("confidence").elements().map { try $0.double() }
        var matched = 0
        var token = greedy[start]
        for (step, confidence) in confidences.enumerated() {
          let logits = runner.run(
            CollectionOfOne(token), at: runner.cache.count + step, skipping: mask, logits: .last)
          token = logits.argmax(0)
          let error = abs(logits.probability(of: token, row: 0) - confidence)
          worst = max(worst, error)
          drafts += 1
          guard start + 1 + step < greedy.count, token == greedy[start + 1 + step] else { break }
          matched += 1
        }
        if matched != (try record.required("matched").integer()) { differing += 1 }
        #expect(confidences.count <= maximum)
        _ = runner.prefill(CollectionOfOne(greedy[start]))
      }
    }
    #expect(drafts > 1000)
    // Float32 against float64: a draft that is a near-tie may fall the other way.
    #expect(differing == 0)
    #expect(worst < 2e-4)
  }
}
