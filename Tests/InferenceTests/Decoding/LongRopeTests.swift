import Checkpoints
import Testing

@testable import Inference

@Suite("A text that outgrows LongRoPE's original context")
struct LongRopeTests {
  private func generator(_ random: inout TestRandom, original: Int) throws -> Generator {
    var configuration = ModelConfiguration(
      hiddenSize: 32, intermediateSize: 48, layerCount: 3, headCount: 4, keyValueHeadCount: 2,
      headDimension: 8, vocabularySize: 40, maxPositionEmbeddings: 90)
    configuration.architecture = .phi3
    configuration.ropeScaling = .longRope(
      RopeScaling.LongRope(
        shortFactors: [1, 1, 1, 1], longFactors: [3, 5, 8, 2], originalMaxPositions: original,
        factor: 4))
    let checkpoint = try Checkpoint(random: configuration, type: .f32, seed: random.next())
    return Generator(model: LanguageModel(checkpoint, threads: 2))
  }

  @Test("goes on as a pass over all of it says, whatever drafts it")
  func switches() throws {
    var random = TestRandom(33)
    var differing = 0
    for original in [6, 17, 30] {
      let generator = try generator(&random, original: original)
      let prompt = [3, 1, 4, 1, 5]
      let plain = try generator.generate(prompt: prompt, maximumTokens: 40)
      #expect(plain.ids.count == 40)
      for (index, id) in plain.ids.enumerated() {
        var row: [Float] = []
        try generator.logits(of: prompt + plain.ids[..<index]) { _, logits in row = Array(logits) }
        #expect(row.firstIndex(of: row.max() ?? 0) == id)
      }
      for maximum in [1, 3, 8] {
        let drafted = try generator.generate(
          prompt: prompt, maximumTokens: 40,
          draft: Draft(
            model: DraftModel(skip: SkipSet(attention: [1], mlp: [])),
            stop: StopRule(
              maximum: maximum, criterion: .fixed, lookup: LookupRule(least: 1, maximum: 4))))
        #expect(drafted.ids == plain.ids)
        differing += drafted.telemetry.acceptedDraftTokenCount
      }
      // A replay's text ends where the frequencies change.
      let text = try #require(
        try generator.verifiedText(prompt: prompt, maximumTokens: 40).text)
      #expect(text.ids == Array(plain.ids[..<min(40, original - prompt.count + 1)]))
    }
    #expect(differing > 0)
  }

  @Test("has other logits than on a cache of the short frequencies")
  func matters() throws {
    var random = TestRandom(34)
    let generator = try generator(&random, original: 10)
    let tokens = (0..<14).map { $0 * 7 % 40 }
    var whole: [Float] = []
    try generator.logits(of: tokens) { _, logits in whole = Array(logits) }
    var onCache: [Float] = []
    try generator.logits(of: tokens, draftingFrom: 8) { _, logits in onCache = Array(logits) }
    #expect(whole != onCache)
  }
}
