import Checkpoints
import Testing

@testable import Inference

@Suite("Speculative decoding is lossless")
struct LosslessTests {
  @Test("greedy output is identical for 600 random models, drafts and prompts")
  func greedyIdentity() throws {
    var random = TestRandom(8)
    var all = DraftTally()
    var lookedUp = DraftTally()
    var behindLookups = DraftTally()
    var inFewBits = DraftTally()
    var ofFewTokens = DraftTally()
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
        let draft = randomDraft(&random, of: configuration)
        let ignoring = Bool.random(using: &random)
        let plain = try generator.generate(
          prompt: prompt, maximumTokens: maximum, ignoringEndOfText: ignoring)
        let speculative = try generator.generate(
          prompt: prompt, maximumTokens: maximum, draft: draft, ignoringEndOfText: ignoring)
        #expect(speculative.ids == plain.ids)
        #expect(speculative.finish == plain.finish)
        let rounds = speculative.rounds
        let telemetry = speculative.telemetry
        #expect(telemetry.draftTokenCount == rounds.reduce(0) { $0 + $1.drafted })
        #expect(telemetry.lookedUpTokenCount == rounds.reduce(0) { $0 + $1.lookedUp })
        #expect(
          telemetry.acceptedLookedUpTokenCount == rounds.reduce(0) { $0 + $1.acceptedLookedUp })
        #expect(rounds.allSatisfy { $0.drafted <= draft.stop.longestRound })
        if draft.model == .full, draft.stop.lookup == nil, telemetry.draftTokenCount > 0 {
          #expect(telemetry.acceptanceRate == 1)
        }
        var modelOnly = DraftTally()
        for round in rounds {
          all.add(round.accepted, of: round.drafted)
          lookedUp.add(round.acceptedLookedUp, of: round.lookedUp)
          let drafted = round.drafted - round.lookedUp
          modelOnly.add(max(0, round.accepted - round.lookedUp), of: drafted)
          if round.lookedUp > 0, round.accepted >= round.lookedUp {
            behindLookups.add(round.accepted - round.lookedUp, of: drafted)
          }
        }
        if draft.model.weights != .uniform(.model) { inFewBits += modelOnly }
        if draft.model.head.vocabulary != nil { ofFewTokens += modelOnly }
      }
    }
    // The test would prove nothing if drafts of a kind were always or never right.
    #expect(all.accepted > 1000 && all.rejected > 1000)
    for kind in [lookedUp, behindLookups, inFewBits, ofFewTokens] {
      #expect(kind.accepted > 100 && kind.rejected > 100)
    }
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
      (Sampling(temperature: 0.6, minP: 0.05, repetitionPenalty: 1.4), .fixed, 3),
    ]
    for (sampling, stop, maximum) in cases {
      let prompt = [3, 1]
      var (generator, exact) = try Self.sampledModel(&random, prompt, sampling, length: 3)
      let skip = SkipSet(attention: [0], mlp: [1])
      let draft = Draft(
        model: DraftModel(skip: skip), stop: StopRule(maximum: maximum, criterion: stop))
      // Where drafts are always right or never, the test would prove nothing.
      while try exact.max() ?? 1 > 0.6 || !Self.isMixed(generator, prompt, sampling, draft) {
        (generator, exact) = try Self.sampledModel(&random, prompt, sampling, length: 3)
      }
      var counts = [Int](repeating: 0, count: 64)
      var plainCounts = counts
      var drafted = 0
      var accepted = 0
      let draws = 60_000
      for draw in 0..<draws {
        var seeded = sampling
        seeded.seed = UInt64(draw)
        let output = try generator.generate(
          prompt: prompt, maximumTokens: 3, sampling: seeded, draft: draft)
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

  /// A way to draft sampled tokens.
  struct SampledDraft: Sendable, CustomTestStringConvertible {
    var name: String
    var sampling: Sampling
    var weights = DraftWeights.uniform(.model)
    var head = DraftHead.full
    var stop: StopRule

    var testDescription: String { name }

    static let all = [
      SampledDraft(
        name: "looked up alone", sampling: Sampling(temperature: 0.3),
        stop: .lookupAlone(LookupRule(least: 1, maximum: 3))),
      SampledDraft(
        name: "drafted in 4 bits behind lookups", sampling: Sampling(temperature: 0.4, topP: 0.9),
        weights: .uniform(.fourBits), head: DraftHead(precision: .fourBits),
        stop: StopRule(
          maximum: 2, criterion: .fixed,
          lookup: LookupRule(limits: [0, 1], continues: true))),
      SampledDraft(
        name: "drafted in 8 bits from two tokens",
        sampling: Sampling(temperature: 0.25, minP: 0.02, repetitionPenalty: 0.8),
        weights: .uniform(.eightBits),
        head: DraftHead(precision: .eightBits, vocabulary: DraftVocabulary([0, 2])),
        stop: StopRule(maximum: 3, criterion: .confidence(0.6))),
      SampledDraft(
        name: "one token only, or looked up", sampling: Sampling(temperature: 0.4, topK: 3),
        weights: DraftWeights(
          attention: [.fourBits, .model], mlp: [.eightBits, .fourBits]),
        head: DraftHead(precision: .model, vocabulary: DraftVocabulary([1])),
        stop: StopRule(
          maximum: 2, criterion: .adaptive(AdaptiveThreshold()),
          lookup: LookupRule(limits: [0, 0, 1, 2]))),
    ]
  }

  @Test(
    "sampled sequences have that distribution with lookups, short heads and few bits too",
    arguments: SampledDraft.all)
  func sampledDistribution(of one: SampledDraft) throws {
    var random = TestRandom(15)
    let prompt = [0, 2, 3, 1, 0, 0, 2, 1, 3, 2, 0, 3, 1, 2, 0]
    var (generator, exact) = try Self.sampledModel(&random, prompt, one.sampling)
    // Where one text is nearly certain, drafts are always right or never.
    while exact.max() ?? 1 > 0.1 {
      (generator, exact) = try Self.sampledModel(&random, prompt, one.sampling)
    }
    let draft = Draft(
      model: DraftModel(skip: .none, weights: one.weights, head: one.head), stop: one.stop)
    var counts = [Int](repeating: 0, count: 256)
    var telemetry = DecodingTelemetry()
    for draw in 0..<40_000 {
      var seeded = one.sampling
      seeded.seed = UInt64(draw)
      let output = try generator.generate(
        prompt: prompt, maximumTokens: 4, sampling: seeded, draft: draft)
      counts[output.ids.reduce(0) { $0 * 4 + $1 }] += 1
      telemetry += output.telemetry
    }
    let lookedUp = telemetry.lookedUpTokenCount
    let accepted = telemetry.acceptedLookedUpTokenCount
    if one.stop.lookup != nil { #expect(accepted > 500 && lookedUp - accepted > 500) }
    if one.stop.maximum > 0 {
      #expect(telemetry.acceptedDraftTokenCount - accepted > 300)
    }
    #expect(telemetry.acceptedDraftTokenCount < telemetry.draftTokenCount)
    #expect(chiSquareDeviation(counts: counts, probabilities: exact) < 4)
    let unprocessed = try Self.enumerate(
      generator, prompt, one.sampling, length: 4, lastToken: Sampling(temperature: 1))
    #expect(chiSquareDeviation(counts: counts, probabilities: unprocessed) > 6)
  }

  /// Whether some drafts are right and some wrong.
  private static func isMixed(
    _ generator: Generator, _ prompt: [Int], _ sampling: Sampling, _ draft: Draft
  ) throws -> Bool {
    var telemetry = DecodingTelemetry()
    for seed in 0..<300 {
      var seeded = sampling
      seeded.seed = UInt64(seed)
      telemetry += try generator.generate(
        prompt: prompt, maximumTokens: 3, sampling: seeded, draft: draft
      ).telemetry
    }
    let accepted = telemetry.acceptedDraftTokenCount
    return accepted > 10 && telemetry.draftTokenCount - accepted > 10
  }

  /// A model of two layers and four tokens, with the probabilities of all texts of some tokens.
  private static func sampledModel(
    _ random: inout TestRandom, _ prompt: [Int], _ sampling: Sampling, length: Int = 4
  ) throws -> (Generator, [Double]) {
    var checkpoint = try randomModel(&random, vocabulary: 4)
    while checkpoint.configuration.layerCount != 2
      || !checkpoint.configuration.endOfTextIDs.isEmpty
    {
      checkpoint = try randomModel(&random, vocabulary: 4)
    }
    let generator = Generator(model: LanguageModel(checkpoint, threads: 1))
    return (generator, try enumerate(generator, prompt, sampling, length: length))
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
        for token in Set(prompt + tokens) {
          let penalty = Float(rule.repetitionPenalty)
          row[token] = row[token] < 0 ? row[token] * penalty : row[token] / penalty
        }
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

/// Drafts that were right and wrong.
private struct DraftTally {
  var accepted = 0
  var rejected = 0

  mutating func add(_ accepted: Int, of drafted: Int) {
    self.accepted += accepted
    rejected += drafted - accepted
  }

  static func += (sum: inout DraftTally, other: DraftTally) {
    sum.accepted += other.accepted
    sum.rejected += other.rejected
  }
}
