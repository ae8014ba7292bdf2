import Testing

@testable import Inference

@Suite("Texts that go on from the cache")
struct CacheReuseTests {
  @Test("give what they give alone, for random models, drafts and conversations")
  func identity() throws {
    var random = TestRandom(21)
    var reused = 0
    var rolledBack = 0
    var ofLength = 0
    for _ in 0..<60 {
      let checkpoint = try randomModel(&random)
      let configuration = checkpoint.configuration
      let model = LanguageModel(checkpoint, threads: 2)
      let generator = Generator(model: model)
      let alone = Generator(model: model)
      func tokens(_ count: Int) -> [Int] {
        (0..<count).map { _ in Int.random(in: 0..<configuration.vocabularySize, using: &random) }
      }
      var prompt = tokens(Int.random(in: 1...12, using: &random))
      for _ in 0..<6 where prompt.count < generator.capacity {
        let draft = Bool.random(using: &random) ? randomDraft(&random, of: configuration) : nil
        let sampling =
          Bool.random(using: &random) ? Sampling.greedy : Sampling(temperature: 0.9, seed: 5)
        let maximum = Int.random(in: 0...20, using: &random)
        var calls = 0
        let stop = Int.random(in: 1...12, using: &random)
        func generate(_ generator: Generator, reusing: Bool) throws -> Generation {
          calls = 0
          return try generator.generate(
            prompt: prompt, maximumTokens: maximum, sampling: sampling, draft: draft,
            ignoringEndOfText: true, reusesCache: reusing
          ) { _ in
            calls += 1
            return calls < stop
          }
        }
        let expected = try generate(alone, reusing: false)
        let found = try generate(generator, reusing: true)
        #expect(found.ids == expected.ids && found.finish == expected.finish)
        let telemetry = found.telemetry
        reused += telemetry.reusedTokenCount
        if configuration.ropeScaling.dependsOnLength { ofLength += telemetry.reusedTokenCount }
        // The next text: the answer as it was, or in other tokens from somewhere on.
        prompt += found.ids
        if Bool.random(using: &random) {
          prompt = Array(prompt.prefix(Int.random(in: 1...prompt.count, using: &random)))
          rolledBack += 1
        }
        prompt += tokens(Int.random(in: 1...10, using: &random))
        // Something else in between leaves nothing to go on from.
        if Int.random(in: 0..<6, using: &random) == 0 {
          try generator.logits(of: [0, 1]) { _, _ in }
          #expect(generator.runner.text.isEmpty)
        }
      }
    }
    #expect(reused > 1000 && rolledBack > 50 && ofLength > 50)
  }

  @Test("a long prompt is stopped on the way, and what was computed of it is kept")
  func cancelled() throws {
    var random = TestRandom(22)
    let checkpoint = try randomModel(&random)
    let generator = Generator(model: LanguageModel(checkpoint, threads: 2))
    let prompt = (0..<generator.capacity).map { $0 % 3 }
    var asked = 0
    let stopped = try generator.generate(
      prompt: prompt, maximumTokens: 3, reusesCache: true,
      isCancelled: {
        asked += 1
        return true
      })
    #expect(stopped.finish == .interrupted && stopped.ids.isEmpty && asked == 1)
    let whole = try generator.generate(
      prompt: prompt, maximumTokens: 1, reusesCache: true, isCancelled: { false })
    #expect(whole.ids == (try generator.generate(prompt: prompt, maximumTokens: 1)).ids)
  }
}
