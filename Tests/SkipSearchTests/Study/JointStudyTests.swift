import DraftEvaluation
import EvaluationTestSupport
import Files
import Inference
import StudyTestSupport
import TestSupport
import Testing

@testable import SkipSearch

@Suite("A study of everything that drafts may consist of")
struct JointStudyTests {
  private static let layerCount = 4
  private static let tokens = 20_000

  private static var costs: CostModel {
    var costs = CostModel.mixed(layerCount: layerCount)
    costs.shape.vocabularySize = tokens
    return costs
  }

  /// The best draft skips two sub-layers, reads one in 8 bits, the others in 4, and knows a quarter
  /// of the tokens.
  private func bench(bestSpeedup: Double = 1.7, replays: Bool = true) -> SyntheticBench {
    let ranking = VocabularyRanking(outputs: [], endOfText: [2], vocabularySize: Self.tokens)
    let four = WeightPrecision.fourBits
    let bench = SyntheticBench(
      layerCount: Self.layerCount,
      hidden: DraftModel(
        skip: SkipSet(attention: [2], mlp: [1]),
        weights: DraftWeights(
          attention: [.eightBits, four, four, four], mlp: [four, four, four, four]),
        head: DraftHead(precision: four, vocabulary: ranking.first(Self.tokens / 4))),
      bestSpeedup: bestSpeedup, costs: replays ? Self.costs : nil)
    bench.vocabularySize = Self.tokens
    bench.lookupSpeedup = 1.15
    bench.lookupFactor = 1.1
    return bench
  }

  private func settings(_ trials: Int, stopsEarly: Bool = false) -> StudySettings {
    var settings = StudySettings()
    settings.trials = trials
    settings.stopsEarly = stopsEarly
    settings.finalists = 2
    return settings
  }

  private var subject: StudySubject {
    .test(layerCount: Self.layerCount, heldOutKinds: (0..<10).map { $0 < 6 ? "stories" : nil })
  }

  @Test("begins with lookup alone, nothing skipped and the known sets", arguments: [true, false])
  func firstTrials(replays: Bool) throws {
    try withTemporaryDirectory { directory in
      let bench = bench(replays: replays)
      var events: [TrialOrigin] = []
      let result = try runStudy(
        bench, settings: settings(9), directory: directory,
        progress: { if case .proposed(_, let origin, _) = $0 { events.append(origin) } })
      let names = [
        "lookup alone", "8 bits", "4 bits", "4 bits, short head", "MLPs in 4 bits", "uniform",
        "every third layer",
      ]
      #expect(result.trials.prefix(7).map(\.origin.name) == names)
      #expect(events.prefix(6).map(\.name) == Array(names.dropFirst()))
      let first = result.trials[0]
      #expect(first.isLookupAlone && first.evaluation.draft.stop.lookup != nil)
      // Prompts are 1.04 easier on average.
      #expect(abs(first.speedup - 1.15 * 1.04) < 0.02 && first.predicted == nil)
      let models = result.trials.dropFirst().map(\.model)
      #expect(Set(models).count == 8)
      #expect(models[0].weights == .uniform(.eightBits) && models[0].head.vocabulary == nil)
      #expect(models[2].head.vocabulary?.count == Self.tokens / 2)
      #expect(models[3].weights.attention(1) == .eightBits && models[3].weights.mlp(1) == .fourBits)
      #expect(
        models[4].skip == KnownSkipSets.uniform(layerCount: 4)
          && models[4].weights == .uniform(.fourBits))
      #expect(result.trials.allSatisfy { $0.evaluation.draft.stop.lookup != nil })
    }
  }

  @Test("other policies leave out what they exclude")
  func policies() throws {
    try withTemporaryDirectory { directory in
      func trials(_ policy: DraftPolicy) throws -> [Trial] {
        var settings = settings(9)
        settings.policy = policy
        return try runStudy(bench(), settings: settings, directory: directory).trials
      }
      let four = try trials(DraftPolicy(weights: .fourBits, vocabulary: .size(700), lookup: .off))
      #expect(four.prefix(2).map(\.origin.name) == ["4 bits", "uniform"])
      #expect(four.allSatisfy { $0.model.head.vocabulary?.count == 700 && !$0.isLookupAlone })
      #expect(
        four.allSatisfy { $0.model.weights == .uniform(.fourBits) || $0.model.skip.count == 8 })
      let short = try trials(DraftPolicy(weights: .model, vocabulary: .auto, lookup: .least(3)))
      #expect(short.prefix(2).map(\.origin.name) == ["lookup alone", "uniform"])
      #expect(short.allSatisfy { $0.model.weights == .uniform(.model) })
      #expect(short[0].evaluation.draft.stop.lookup == LookupRule(least: 3, maximum: 8))
      let lookups = try trials(DraftPolicy(weights: .model, vocabulary: .full, lookup: .auto))
      #expect(lookups.prefix(2).map(\.origin.name) == ["lookup alone", "uniform"])
      #expect(lookups.allSatisfy { $0.model.head == .full })
    }
  }

  @Test(
    "finds what is better than each ingredient, and measures what each gives",
    arguments: [true, false])
  func wholeStudy(replays: Bool) throws {
    try withTemporaryDirectory { directory in
      let bench = bench(replays: replays)
      let result = try runStudy(
        bench, settings: settings(50), directory: directory, subject: subject)
      let best = try #require(result.best)
      let model = best.calibration.draft.model
      #expect(bench.trueSpeedup(model) > 0.93 * bench.bestSpeedup)
      #expect(model.head.vocabulary.map(\.isComplete) ?? true)
      #expect(best.calibration.draft.stop.lookup != nil)
      #expect((best.decisive.speedup?.speedup ?? 0) > 1.6)
      // No row stands for the same as another, or for nothing.
      let drafts = result.ablations.map(\.draft)
      #expect(Set(drafts).count == drafts.count && !drafts.contains(best.decisive.draft))
      var expected: [Ablation.Name] = [.lookupAlone]
      if !model.skip.isEmpty { expected.append(.skippingAlone) }
      expected += [.precisionAlone, .withoutLookup]
      if model.head.vocabulary != nil { expected.append(.withoutShortHead) }
      if !model.skip.isEmpty { expected.append(.withoutSkipping) }
      #expect(result.ablations.map(\.name) == expected)
      for ablation in result.ablations {
        #expect(ablation.heldOut.promptCount == 10)
        #expect(ablation.heldOut.speedup?.speedup ?? 9 < best.decisive.speedup?.speedup ?? 0)
      }
      #expect(result.kinds.map(\.kind) == ["stories", nil])
      #expect(result.kinds.map(\.promptCount) == [6, 4])
      #expect(result.warnings.isEmpty)

      // Lookup alone is one of the sets, measured as they are, and the ablation is that very one.
      let lookup = try #require(result.sets.first { $0.trial == 0 })
      #expect(lookup.heldOut == result.ablations.first?.heldOut)
      #expect((lookup.replay != nil) == replays)

      let path = "\(directory)/r.json"
      try result.write(to: path)
      let read = try StudyResult(file: path)
      #expect(read == result)
      #expect(read.ablations == result.ablations && read.kinds == result.kinds)
      let file = try SkipSetFile.read(
        path, layerCount: Self.layerCount, fingerprint: result.subject.model.fingerprint)
      #expect(file.model == model && file.model.head.vocabulary?.ids == model.head.vocabulary?.ids)
      #expect(file.stop == best.calibration.draft.stop)
    }
  }

  @Test("where no draft beats lookup alone, lookup alone is best")
  func lookupWins() throws {
    try withTemporaryDirectory { directory in
      let bench = bench(bestSpeedup: 0.7)
      bench.lookupSpeedup = 1.3
      let result = try runStudy(
        bench, settings: settings(200, stopsEarly: true), directory: directory, subject: subject)
      #expect(result.trials.count < 60)
      #expect(
        result.warnings.contains { $0.contains("the probability that the model of any draft") },
        "\(result.trials.count) \(result.warnings)")
      let best = try #require(result.best)
      #expect(best.trial == 0 && best.rank == 1 && best.decisive.draft.stop.maximum == 0)
      #expect(result.ablations.isEmpty)
      try result.write(to: "\(directory)/r.json")
      let file = try SkipSetFile.read(
        "\(directory)/r.json", layerCount: 4, fingerprint: "0123456789abcdef")
      #expect(file.model == .full && file.stop == best.calibration.draft.stop)
    }
  }

  @Test("ends where it knows enough, and never before its last trial where it is told so")
  func ends() throws {
    try withTemporaryDirectory { directory in
      let hopeless = bench(bestSpeedup: 0.85)
      #expect(
        try runStudy(hopeless, settings: settings(40), directory: directory).trials.count == 40)
      let converged = try runStudy(
        bench(), settings: settings(400, stopsEarly: true), directory: directory)
      #expect(converged.trials.count < 200)
      #expect(
        converged.warnings.contains {
          $0.contains("of at most 400 trials: the best of all drafts is believed")
            || $0.contains("of at most 400 trials: the best expected improvement")
        })
    }
  }

  @Test("killed and resumed, it goes on as if nothing had happened", arguments: [true, false])
  func resumed(replays: Bool) throws {
    try withTemporaryDirectory { directory in
      let settings = settings(24, stopsEarly: true)
      let header = JournalHeader(subject: subject, settings: settings)
      let journal = try Journal.create(in: directory, header: header)
      let whole = try runStudy(
        bench(replays: replays), settings: settings, journal: journal, directory: directory,
        subject: subject)
      #expect(try JournalContent(journal.path).trials == whole.trials)
      let lines = try readText(journal.path).split(separator: "\n")
      #expect(lines.allSatisfy { !$0.contains("\"ids\": \"") })
      let first = replays ? 2 : 1
      for kept in [0, 1, 5, 17, whole.trials.count] {
        let path = "\(directory)/cut-\(kept).jsonl"
        try writeAtomically(
          lines.prefix(first + kept).joined(separator: "\n") + "\n", to: path)
        let bench = bench(replays: replays)
        let again = try runStudy(
          bench, settings: settings, journal: try Journal.resume(path, header: header),
          directory: directory, subject: subject)
        #expect(again.trials.map(\.model) == whole.trials.map(\.model))
        #expect(again.trials.map(\.predicted) == whole.trials.map(\.predicted))
        #expect(again.trials.map(\.objective) == whole.trials.map(\.objective))
        #expect(again.best?.decisive.draft == whole.best?.decisive.draft)
        #expect(again.best?.decisive.draft.model.head.vocabulary?.isComplete ?? true)
        #expect(again.ablations.map(\.draft) == whole.ablations.map(\.draft))
      }
    }
  }

  @Test("a journal with a draft that is none of the search's is refused by its trial")
  func strangers() throws {
    try withTemporaryDirectory { directory in
      let settings = settings(4)
      let header = JournalHeader(subject: subject, settings: settings)
      let journal = try Journal.create(in: directory, header: header)
      _ = try runStudy(
        bench(), settings: settings, journal: journal, directory: directory, subject: subject)
      let text = try readText(journal.path)
      let path = "\(directory)/changed.jsonl"
      // Another ranking of tokens than when the journal was begun.
      let changed = text.replacing("\"size\": 10000", with: "\"size\": 9999")
        .replacing(/,"checksum":"[0-9a-f]{16}"/, with: "")
      try writeAtomically(changed, to: path)
      #expect {
        try runStudy(
          bench(), settings: settings, journal: try Journal.resume(path, header: header),
          directory: directory, subject: subject)
      } throws: { "\($0)".contains("trial 3: its draft is none of this search's") }
    }
  }
}
