import Checkpoints
import Testing

@testable import Inference

@Suite("Speculative decoding is lossless")
struct LosslessTests {
  @Test("greedy output is identical for 600 random models, skip sets, stop rules and prompts")
  func greedyIdentity() throws {
    var random = TestRandom(8)
    var accepted = 0
    var rejected = 0
    for _ in 0..<60 {
      let checkpoint = try randomModel(&random)
      let configuration = checkpoint.configuration
      let set = instructionSets.randomElement(using: &random) ?? .portable
      let generator = Generator(
        model: LanguageModel(
          checkpoint, threads: Int.random(in: 1...3, using: &random), instructionSet: set))
      for _ in 0..<10 {
        let prompt = (0..<Int.random(in: 0...15, using: &random)).map { _ in
          Int.random(in: 0..<configuration.vocabularySize, using: &random)
        }
        let maximum = Int.random(in: 0...120, using: &random)
        let skip = randomSkipSet(
          &random, layerCount: configuration.layerCount,
          density: Double.random(in: 0...1, using: &random))
        let ignoring = Bool.random(using: &random)
        let plain = try generator.generate(
          prompt: prompt, maximumTokens: maximum, ignoringEndOfText: ignoring)
        let speculative = try generator.generate(
          prompt: prompt, maximumTokens: maximum,
          draft: Draft(model: DraftModel(skip: skip), stop: randomStopRule(&random)),
          ignoringEndOfText: ignoring)
        #expect(speculative.ids == plain.ids)
        #expect(speculative.finish == plain.finish)
        let telemetry = speculative.telemetry
        accepted += telemetry.acceptedDraftTokenCount
        rejected += telemetry.draftTokenCount - telemetry.acceptedDraftTokenCount
        #expect(telemetry.draftTokenCount == speculative.rounds.reduce(0) { $0 + $1.drafted })
        if skip.isEmpty, telemetry.draftTokenCount > 0 { #expect(telemetry.acceptanceRate == 1) }
      }
    }
    // The test would prove nothing if drafts were always or never right.
    #expect(accepted > 1000 && rejected > 1000)
  }

  @Test(
    "with everything skipped the output is still identical, with nothing skipped all is accepted")
  func extremes() throws {
    var random = TestRandom(9)
    for _ in 0..<20 {
      let checkpoint = try randomModel(&random)
      let layers = checkpoint.configuration.layerCount
      let generator = Generator(model: LanguageModel(checkpoint, threads: 2))
      let plain = try generator.generate(prompt: [1, 0], maximumTokens: 40)
      let everything = try generator.generate(
        prompt: [1, 0], maximumTokens: 40,
        draft: Draft(
          model: DraftModel(skip: .everything(layerCount: layers)),
          stop: StopRule(maximum: 5, criterion: .fixed)))
      #expect(everything.ids == plain.ids)
      let nothing = try generator.generate(
        prompt: [1, 0], maximumTokens: 40,
        draft: Draft(model: .full, stop: StopRule(maximum: 5, criterion: .fixed)))
      #expect(nothing.ids == plain.ids)
      if nothing.telemetry.draftTokenCount > 0 { #expect(nothing.telemetry.acceptanceRate == 1) }
    }
  }

  @Test("sampled sequences have the distribution that enumerating the full model gives")
  func sampledDistribution() throws {
    var random = TestRandom(10)
    let cases: [(Sampling, StopCriterion, Int)] = [
      (Sampling(temperature: 0.15), .fixed, 3),
      (Sampling(temperature: 0.2, topK: 3), .confidence(0.4), 2),
      (Sampling(temperature: 0.15, topP: 0.8), .adaptive(AdaptiveThreshold()), 4),
    ]
    for (sampling, stop, maximum) in cases {
      var checkpoint = try randomModel(&random, vocabulary: 4)
      while checkpoint.configuration.layerCount < 2
        || !checkpoint.configuration.endOfTextIDs.isEmpty
      {
        checkpoint = try randomModel(&random, vocabulary: 4)
      }
      let generator = Generator(model: LanguageModel(checkpoint, threads: 1))
      let prompt = [3, 1]
      let exact = try Self.enumerate(generator, prompt, sampling, length: 3)
      let skip = SkipSet(attention: [0], mlp: [1])
      var counts = [Int](repeating: 0, count: 64)
      var plainCounts = counts
      var drafted = 0
      var accepted = 0
      let draws = 60_000
      for draw in 0..<draws {
        var seeded = sampling
        seeded.seed = UInt64(draw)
        let output = try generator.generate(
          prompt: prompt, maximumTokens: 3, sampling: seeded,
          draft: Draft(
            model: DraftModel(skip: skip), stop: StopRule(maximum: maximum, criterion: stop)))
        counts[output.ids.reduce(0) { $0 * 4 + $1 }] += 1
        drafted += output.telemetry.draftTokenCount
        accepted += output.telemetry.acceptedDraftTokenCount
        if draw % 3 == 0 {
          let plain = try generator.generate(prompt: prompt, maximumTokens: 3, sampling: seeded)
          plainCounts[plain.ids.reduce(0) { $0 * 4 + $1 }] += 1
        }
      }
      #expect(accepted > 0 && accepted < drafted)
      #expect(chiSquareDeviation(counts: counts, probabilities: exact) < 4)
      #expect(chiSquareDeviation(counts: plainCounts, probabilities: exact) < 4)
      // The test has the power to see a bonus token that ignores the sampling's processing.
      let unprocessed = try Self.enumerate(
        generator, prompt, sampling, length: 3, lastToken: Sampling(temperature: 1))
      #expect(chiSquareDeviation(counts: counts, probabilities: unprocessed) > 6)
    }
  }

  /// The probability of every sequence of `length` tokens of a vocabulary of 4, from logits alone.
  static func enumerate(
    _ generator: Generator, _ prompt: [Int], _ sampling: Sampling, length: Int,
    lastToken: Sampling? = nil
  ) throws -> [Double] {
    var sequences: [([Int], Double)] = [([], 1)]
    for position in 0..<length {
      var next: [([Int], Double)] = []
      let rule = position == length - 1 ? lastToken ?? sampling : sampling
      for (tokens, probability) in sequences {
        var row: [Float] = []
        try generator.logits(of: prompt + tokens) { _, logits in row = Array(logits) }
        let distribution = TokenDistributionTests.reference(row, rule)
        for token in 0..<4 { next.append((tokens + [token], probability * distribution[token])) }
      }
      sequences = next
    }
    return sequences.map(\.1)
  }

  @Test("the same seed gives the same sampled tokens, another seed others")
  func seeds() throws {
    var random = TestRandom(11)
    let generator = Generator(
      model: LanguageModel(try randomModel(&random, vocabulary: 50), threads: 1))
    func tokens(_ seed: UInt64) throws -> [Int] {
      try generator.generate(
        prompt: [1], maximumTokens: 15, sampling: Sampling(temperature: 1, seed: seed),
        draft: Draft(
          model: DraftModel(skip: SkipSet(attention: [0], mlp: [])),
          stop: StopRule(maximum: 3, criterion: .fixed)),
        ignoringEndOfText: true
      ).ids
    }
    #expect(try tokens(1) == tokens(1))
    #expect(try tokens(1) != tokens(2))
  }
}
