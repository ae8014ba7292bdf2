import Checkpoints
import Testing

@testable import Inference

@Suite("A repetition penalty")
struct RepetitionTests {
  @Test("leaves greedy decoding lossless, and is the plain rule on the text so far")
  func greedy() throws {
    var random = TestRandom(31)
    var changed = 0
    for _ in 0..<30 {
      let checkpoint = try randomModel(&random)
      let vocabulary = checkpoint.configuration.vocabularySize
      let generator = Generator(model: LanguageModel(checkpoint, threads: 2))
      let prompt = (0..<4).map { _ in Int.random(in: 0..<vocabulary, using: &random) }
      let sampling = Sampling(temperature: 0, repetitionPenalty: 1.3)
      let draft = randomDraft(&random, of: checkpoint.configuration)
      let plain = try generator.generate(prompt: prompt, maximumTokens: 12, sampling: sampling)
      let drafted = try generator.generate(
        prompt: prompt, maximumTokens: 12, sampling: sampling, draft: draft)
      #expect(drafted.ids == plain.ids)
      let without = try generator.generate(prompt: prompt, maximumTokens: 12)
      changed += without.ids == plain.ids ? 0 : 1
      guard !checkpoint.configuration.ropeScaling.dependsOnLength else { continue }
      for (index, id) in plain.ids.enumerated() {
        let text = prompt + plain.ids[..<index]
        var row: [Float] = []
        try generator.logits(of: text) { _, logits in row = Array(logits) }
        for token in Set(text) { row[token] = row[token] < 0 ? row[token] * 1.3 : row[token] / 1.3 }
        #expect(row.firstIndex(of: row.max() ?? 0) == id)
      }
    }
    #expect(changed > 5)
  }
}
