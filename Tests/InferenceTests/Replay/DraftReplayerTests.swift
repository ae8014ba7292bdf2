import Checkpoints
import Foundation
import Testing

@testable import Inference

@Suite("Replay of drafting")
struct ReplayTests {
  /// A random model with a few verified texts, some of them with an end of text.
  struct Case {
    let generator: Generator
    let texts: [VerifiedText]
    let layerCount: Int

    init?(_ random: inout TestRandom) throws {
      let checkpoint = try randomModel(&random)
      let configuration = checkpoint.configuration
      layerCount = configuration.layerCount
      generator = Generator(
        model: LanguageModel(
          checkpoint, threads: Int.random(in: 1...3, using: &random),
          instructionSet: instructionSets.randomElement(using: &random) ?? .portable))
      var texts: [VerifiedText] = []
      for _ in 0..<3 {
        let prompt = (0..<Int.random(in: 1...15, using: &random)).map { _ in
          Int.random(in: 0..<configuration.vocabularySize, using: &random)
        }
        if let text = try generator.verifiedText(
          prompt: prompt, maximumTokens: Int.random(in: 1...70, using: &random)
        ).text {
          texts.append(text)
        }
      }
      self.texts = texts
    }

    func positions(of text: Int) -> [DraftReplayer.Position] {
      texts[text].positions.map { DraftReplayer.Position(text: text, index: $0) }
    }
  }

  @Test("replayed rounds are those of real decoding, round by round, for any rule and skip set")
  func exactRounds() throws {
    var random = TestRandom(21)
    var rounds = 0
    var partly = 0
    var ends = 0
    for _ in 0..<40 {
      guard let one = try Case(&random) else { continue }
      let replayer = DraftReplayer(one.generator, texts: one.texts, draftMaximum: 12)
      for _ in 0..<6 {
        let skip = randomSkipSet(
          &random, layerCount: one.layerCount, density: Double.random(in: 0...1, using: &random))
        // All texts' rounds at once, in random order.
        let positions = one.texts.indices.flatMap(one.positions).shuffled(using: &random)
        let records = try #require(
          replayer.records(of: positions, drafting: DraftModel(skip: skip)))
        let byPosition = Dictionary(uniqueKeysWithValues: zip(positions, records))
        for (number, text) in one.texts.enumerated() {
          let ordered = one.positions(of: number).compactMap { byPosition[$0] }
          let stop = randomStopRule(&random)
          let real = try one.generator.generate(
            prompt: text.prompt, maximumTokens: text.maximumTokens,
            draft: Draft(model: DraftModel(skip: skip), stop: stop))
          #expect(real.ids == text.ids)
          #expect(text.rounds(stop, ordered) == real.rounds)
          rounds += real.rounds.count
          partly += real.rounds.count { $0.accepted > 0 && $0.accepted < $0.drafted }
          ends += real.finish == .endOfText && (real.rounds.last?.accepted ?? 0) > 0 ? 1 : 0
        }
      }
    }
    // The test would prove little if drafts were always or never right, or texts never ended.
    #expect(rounds > 2000)
    #expect(partly > 200)
    #expect(ends > 10)
  }

  @Test("a record that follows confident mistakes only is exact for rules that stop no later")
  func economicalRecords() throws {
    var random = TestRandom(22)
    var saved = 0
    for _ in 0..<20 {
      guard let one = try Case(&random) else { continue }
      let replayer = DraftReplayer(one.generator, texts: one.texts, draftMaximum: 9)
      let skip = randomSkipSet(&random, layerCount: one.layerCount, density: 0.5)
      let least = Double.random(in: 0...0.5, using: &random)
      for (number, text) in one.texts.enumerated() {
        let positions = one.positions(of: number)
        let short = try #require(
          replayer.records(
            of: positions, drafting: DraftModel(skip: skip), extent: .whileConfident(least)))
        let long = try #require(replayer.records(of: positions, drafting: DraftModel(skip: skip)))
        #expect(short.map(\.matched) == long.map(\.matched))
        #expect(zip(short, long).allSatisfy { $1.confidences.starts(with: $0.confidences) })
        saved += zip(short, long).reduce(0) { $0 + $1.1.confidences.count - $1.0.confidences.count }
        for _ in 0..<5 {
          let stop = StopRule(
            maximum: Int.random(in: 1...9, using: &random),
            criterion: .confidence(Double.random(in: least...1, using: &random)))
          #expect(text.rounds(stop, short) == text.rounds(stop, long))
        }
      }
    }
    #expect(saved > 500)
  }

  @Test("with nothing skipped every draft is right, and the confidences are the full model's own")
  func nothingSkipped() throws {
    var random = TestRandom(23)
    for _ in 0..<10 {
      guard let one = try Case(&random) else { continue }
      let replayer = DraftReplayer(one.generator, texts: one.texts, draftMaximum: 5)
      for (number, text) in one.texts.enumerated() {
        let records = try #require(
          replayer.records(of: one.positions(of: number), drafting: .full))
        for (position, record) in zip(text.positions, records) {
          #expect(record.matched == record.confidences.count)
          let next = text.probabilities[(position + 1)...].prefix(record.matched)
          #expect(record.confidences == Array(next))
        }
      }
    }
  }

  @Test("a text remembers its own cache while the generator goes on with others")
  func separateCaches() throws {
    var random = TestRandom(24)
    guard let one = try Case(&random) else { return }
    let skip = randomSkipSet(&random, layerCount: one.layerCount, density: 0.4)
    let replayer = DraftReplayer(one.generator, texts: one.texts, draftMaximum: 6)
    let positions = one.texts.indices.flatMap(one.positions)
    let before = replayer.records(of: positions, drafting: DraftModel(skip: skip))
    _ = try one.generator.generate(prompt: [1, 0, 1], maximumTokens: 15)
    #expect(replayer.records(of: positions, drafting: DraftModel(skip: skip)) == before)
    #expect(
      replayer.records(of: positions, drafting: DraftModel(skip: skip), isStopped: { true }) == nil)
  }

  @Test("the mean total variation is that of the first drafted token's distribution")
  func screening() throws {
    var random = TestRandom(25)
    for _ in 0..<10 {
      guard let one = try Case(&random) else { continue }
      let replayer = DraftReplayer(one.generator, texts: one.texts, draftMaximum: 3)
      let skip = randomSkipSet(&random, layerCount: one.layerCount, density: 0.5)
      let positions = Array(
        one.texts.indices.flatMap(one.positions).shuffled(using: &random).prefix(20))
      guard !positions.isEmpty else { continue }
      let distances = try #require(
        replayer.meanTotalVariations(of: positions, drafting: [DraftModel(skip: skip), .full]))
      var sum = 0.0
      for position in positions {
        let text = one.texts[position.text]
        let tokens = text.prompt + text.ids[...position.index]
        func distribution(_ skip: SkipSet) throws -> [Double] {
          var result: [Double] = []
          try one.generator.logits(
            of: tokens, through: DraftModel(skip: skip), draftingFrom: tokens.count - 1
          ) { _, logits in
            let row = logits.map { Double($0) }
            let most = row.max() ?? 0
            let total = row.reduce(0.0) { $0 + exp($1 - most) }
            result = row.map { exp($0 - most) / total }
          }
          return result
        }
        sum += zip(try distribution(skip), try distribution(.none)).reduce(0) {
          $0 + 0.5 * abs($1.0 - $1.1)
        }
      }
      #expect(abs(distances[0] - sum / Double(positions.count)) < 1e-4)
      #expect(distances[1] == 0)
      #expect(
        replayer.meanTotalVariations(
          of: positions, drafting: [DraftModel(skip: skip)], isStopped: { true }) == nil)
    }
  }
}
