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
    let configuration: ModelConfiguration

    init?(_ random: inout TestRandom) throws {
      let checkpoint = try randomModel(&random)
      let configuration = checkpoint.configuration
      self.configuration = configuration
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

  /// Behind what a draft's model drafts, as far as its replay has to know.
  private static func behind(_ stop: StopRule) -> LookupRule? {
    stop.lookup.flatMap { $0.continues ? $0 : nil }
  }

  @Test("replayed rounds are those of real decoding, round by round, for any draft and rule")
  func exactRounds() throws {
    var random = TestRandom(21)
    var rounds: [Generation.Round] = []
    var ends = 0
    for _ in 0..<40 {
      guard let one = try Case(&random) else { continue }
      let replayer = DraftReplayer(
        one.generator, texts: one.texts, draftMaximum: 12, lookupMaximum: 12)
      for _ in 0..<6 {
        let draft = randomDraft(&random, of: one.configuration)
        // All texts' rounds at once, in random order.
        let positions = one.texts.indices.flatMap(one.positions).shuffled(using: &random)
        let records = try #require(
          replayer.records(
            of: positions, drafting: draft.model, behind: Self.behind(draft.stop)))
        let byPosition = Dictionary(uniqueKeysWithValues: zip(positions, records))
        for (number, text) in one.texts.enumerated() {
          let ordered = one.positions(of: number).compactMap { byPosition[$0] }
          var stop = randomStopRule(&random, lookup: draft.stop.lookup)
          // A threshold that is one of the confidences, or next to it: one bit would show.
          if Bool.random(using: &random),
            let exact = ordered.flatMap(\.confidences).randomElement(using: &random)
          {
            stop.criterion = .confidence(Bool.random(using: &random) ? exact : exact.nextUp)
          }
          let real = try one.generator.generate(
            prompt: text.prompt,
            // A text ends where its cache would have to be made anew.
            maximumTokens: text.finish == .length ? text.ids.count : text.text.maximumTokens,
            draft: Draft(model: draft.model, stop: stop))
          #expect(real.ids == text.ids)
          #expect(text.text.rounds(stop, ordered) == real.rounds)
          rounds += real.rounds
          ends += real.finish == .endOfText && (real.rounds.last?.accepted ?? 0) > 0 ? 1 : 0
        }
      }
    }
    // The test would prove little if drafts were always or never right, or texts never ended.
    #expect(rounds.count > 2000)
    #expect(rounds.count { $0.accepted > 0 && $0.accepted < $0.drafted } > 200)
    #expect(rounds.count { $0.accepted < $0.lookedUp } > 200)
    #expect(rounds.count { $0.lookedUp > 0 && $0.drafted > $0.lookedUp } > 200)
    #expect(rounds.count { $0.lookedUp > 0 && $0.accepted > $0.lookedUp } > 50)
    #expect(ends > 10)
  }

  @Test("a record is the same alone, in any company, and where others are long")
  func company() throws {
    var random = TestRandom(26)
    var long = 0
    for _ in 0..<15 {
      guard let one = try Case(&random) else { continue }
      let replayer = DraftReplayer(
        one.generator, texts: one.texts, draftMaximum: 5, lookupMaximum: 12)
      let model = randomDraftModel(&random, of: one.configuration, density: 0.3)
      let lookup = LookupRule(
        limits: randomLookup(&random).limits, continues: true)
      let positions = one.texts.indices.flatMap(one.positions)
      let all = try #require(replayer.records(of: positions, drafting: model, behind: lookup))
      long += all.count { $0.lookup.draftCount(lookup, upTo: $0.limit) > 3 }
      let order = positions.indices.shuffled(using: &random)
      let some = try #require(
        replayer.records(of: order.map { positions[$0] }, drafting: model, behind: lookup))
      #expect(some == order.map { all[$0] })
      for index in order.prefix(10) {
        let alone = replayer.records(of: [positions[index]], drafting: model, behind: lookup)
        #expect(alone == [all[index]])
      }
    }
    #expect(long > 100)
  }

  @Test("what a text's records look up is what decoding looks up there")
  func lookups() throws {
    var random = TestRandom(27)
    var found = 0
    for _ in 0..<20 {
      guard let one = try Case(&random) else { continue }
      for text in one.texts {
        #expect(text.text.lookups.count == text.positions.count)
        for position in text.positions {
          let context = ContextLookup(text.prompt + text.ids[...position])
          let record = text.text.lookups[position]
          #expect(record.length == context.match?.length ?? 0)
          let rest = text.ids[(position + 1)...]
          let limit = text.text.draftLimit(at: position)
          for _ in 0..<3 {
            let rule = randomLookup(&random)
            let draft = context.draft(rule, upTo: limit, endOfText: text.text.endOfText)
            let count = record.draftCount(rule, upTo: limit)
            #expect(count == draft.count && record.tokens.prefix(count).elementsEqual(draft))
            let right = zip(draft, rest).prefix { $0 == $1 }.count
            #expect(min(record.matched, count) == right)
            #expect(
              record.endsText(after: count) == draft.last.map(text.text.endOfText.contains) ?? false
            )
            found += count > 0 ? 1 : 0
          }
        }
      }
    }
    #expect(found > 500)
  }

  @Test("a record made elsewhere drafts as far as it was told")
  func syntheticLookup() {
    let rule = LookupRule(limits: [0, 0, 3, 6])
    #expect(LookupRecord.none.draftCount(rule, upTo: 9) == 0)
    let counts = (1...4).map {
      LookupRecord(length: $0, count: 5, matched: 2).draftCount(rule, upTo: 63)
    }
    #expect(counts == [0, 3, 5, 5])
    #expect(LookupRecord(length: 3, count: 5, matched: 2).draftCount(rule, upTo: 4) == 4)
    #expect(!LookupRecord(length: 3, count: 5, matched: 2).endsText(after: 5))
  }

  @Test("a record that follows confident mistakes only is exact for rules that stop no later")
  func economicalRecords() throws {
    var random = TestRandom(22)
    var saved = 0
    for _ in 0..<30 {
      guard let one = try Case(&random) else { continue }
      let replayer = DraftReplayer(
        one.generator, texts: one.texts, draftMaximum: 9, lookupMaximum: 12)
      let model = randomDraftModel(&random, of: one.configuration, density: 0.4)
      let lookup = Bool.random(using: &random) ? randomLookup(&random) : nil
      let behind = Self.behind(StopRule(lookup: lookup))
      let least = Double.random(in: 0...0.5, using: &random)
      for (number, text) in one.texts.enumerated() {
        let positions = one.positions(of: number)
        let short = try #require(
          replayer.records(
            of: positions, drafting: model, behind: behind, extent: .whileConfident(least)))
        let long = try #require(
          replayer.records(of: positions, drafting: model, behind: behind))
        #expect(short.map(\.matched) == long.map(\.matched))
        #expect(zip(short, long).allSatisfy { $1.confidences.starts(with: $0.confidences) })
        saved += zip(short, long).reduce(0) { $0 + $1.1.confidences.count - $1.0.confidences.count }
        for _ in 0..<5 {
          let stop = StopRule(
            maximum: Int.random(in: 1...9, using: &random),
            criterion: .confidence(Double.random(in: least...1, using: &random)), lookup: lookup)
          #expect(text.text.rounds(stop, short) == text.text.rounds(stop, long))
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
    let skip = randomSkipSet(&random, layerCount: one.configuration.layerCount, density: 0.4)
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
    for _ in 0..<20 {
      guard let one = try Case(&random) else { continue }
      // Below, the prompt is longer.
      guard !one.configuration.ropeScaling.dependsOnLength else { continue }
      let replayer = DraftReplayer(one.generator, texts: one.texts, draftMaximum: 3)
      let skip = randomSkipSet(&random, layerCount: one.configuration.layerCount, density: 0.5)
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
