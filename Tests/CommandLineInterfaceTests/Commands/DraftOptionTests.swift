import DraftEvaluation
import Files
import Inference
import SkipSearch
import StudyTestSupport
import Testing

@testable import CommandLineInterface

@Suite("Options of drafts")
struct DraftOptionTests {
  private static let ranking = VocabularyRanking(
    outputs: [], endOfText: [2], vocabularySize: 1000)
  private static let standard = StopRule()

  private func generate(_ words: [String]) throws(UsageError) -> GenerateCommand {
    try GenerateCommand(
      Arguments(["-m", "d", "-p", "x"] + words, for: GenerateCommand.description))
  }

  /// The draft of a line for `generate`.
  private func draft(_ line: String, file: SkipSetFile? = nil) throws -> Draft? {
    let words = line.split(separator: " ").map(String.init)
    let options = try generate(words + (file == nil ? [] : ["--skip-set", "s"])).generation.draft
    return try options.draft(from: file, Self.ranking)
  }

  @Test("without a file the options alone are a draft")
  func alone() throws {
    let lookup = LookupRule(limits: [0, 0, 3, 5, 8])
    #expect(try draft("") == nil && draft("--lookup off") == nil)
    #expect(
      try draft("--lookup auto")
        == Draft(model: .full, stop: .lookupAlone(lookup).with(Self.standard.criterion)))
    #expect(try draft("--lookup 3")?.stop.lookup == LookupRule(least: 3, maximum: 8))
    #expect(try draft("--lookup 3")?.stop.maximum == 0)
    #expect(try draft("--lookup 3 --draft-max 2")?.stop.maximum == 2)
    #expect(try draft("--draft-max 0 --lookup 16")?.stop.lookup?.least == 16)
    for (bits, precision) in [
      ("4", WeightPrecision.fourBits), ("8", .eightBits), ("auto", .fourBits), ("model", .model),
    ] {
      let expected = Draft(
        model: DraftModel(
          skip: .none, weights: .uniform(precision), head: DraftHead(precision: precision)),
        stop: Self.standard)
      #expect(try draft("--draft-weights \(bits)") == expected)
      #expect(try draft("--draft-weights \(bits) --lookup off") == expected)
      let looking = try #require(try draft("--draft-weights \(bits) --lookup auto"))
      #expect(looking.model == expected.model && looking.stop.lookup == lookup)
      #expect(looking.stop.maximum == Self.standard.maximum)
    }
    let short = try #require(try draft("--draft-vocabulary 100 --draft-max 3 --draft-stop fixed"))
    #expect(short.model.head.vocabulary?.ids == [2, 0, 1].sorted() + (3..<100).map { UInt32($0) })
    #expect(short.stop == StopRule(maximum: 3, criterion: .fixed))
    for all in ["full", "auto", "1000", "5000"] {
      #expect(try draft("--draft-vocabulary \(all)")?.model == .full)
    }
  }

  @Test("over a file's draft, what the command line says counts, and nothing else changes")
  func overFile() throws {
    let joint = SkipSetFile(model: Draft.joint.model, stop: Draft.joint.stop)
    for same in ["", "--draft-weights auto", "--draft-vocabulary auto", "--lookup auto"] {
      #expect(try draft(same, file: joint) == .joint)
    }
    let eight = try #require(try draft("--draft-weights 8", file: joint))
    #expect(eight.model.weights == .uniform(.eightBits) && eight.model.head.precision == .eightBits)
    #expect(eight.model.skip == Draft.joint.model.skip && eight.stop == Draft.joint.stop)
    #expect(eight.model.head.vocabulary == Draft.joint.model.head.vocabulary)
    let full = try #require(try draft("--draft-vocabulary full --lookup off", file: joint))
    #expect(full.model.head == DraftHead(precision: .fourBits) && full.stop.lookup == nil)
    #expect(full.model.weights == Draft.joint.model.weights && full.stop.maximum == 4)
    let lookup = try #require(try draft("--draft-max 0", file: joint))
    #expect(lookup.stop.maximum == 0 && lookup.stop.lookup == Draft.joint.stop.lookup)
    #expect(try draft("--lookup 5", file: joint)?.stop.lookup == LookupRule(least: 5, maximum: 8))
    #expect(try draft("--lookup 5", file: joint)?.stop.maximum == 4)
    let bare = SkipSetFile(model: DraftModel(skip: SkipSet(attention: [1], mlp: [])))
    let looking = try #require(try draft("--lookup auto", file: bare))
    #expect(looking.stop.lookup == LookupPolicy.auto.standard && looking.stop.maximum == 8)
    #expect(try draft("--lookup 2 --draft-max 0", file: bare)?.stop.maximum == 0)
    let alone = SkipSetFile(model: .full, stop: .lookupAlone(LookupRule(least: 2, maximum: 9)))
    #expect(try draft("", file: alone)?.stop == alone.stop)
    #expect(try draft("--draft-weights 4 --draft-max 3", file: alone)?.stop.maximum == 3)
    #expect(try draft("--lookup off --draft-max 3", file: alone)?.stop.lookup == nil)
  }

  @Test(
    "what has no effect, or leaves nothing to draft, is refused",
    arguments: [
      ("--draft-max 3", "need a draft"), ("--draft-stop fixed", "need a draft"),
      ("--lookup off --draft-max 3", "need a draft"),
      ("--draft-max 0", "need a draft"),
      ("--draft-max 0 --draft-weights 4", "nothing drafts but a lookup; give --lookup"),
      ("--draft-max 0 --draft-weights 4 --lookup off", "give --lookup"),
      ("--draft-max 0 --draft-vocabulary 5", "give --lookup"),
      ("--draft-max 0 --lookup 2 --draft-weights 4", "--draft-weights has no effect"),
      ("--draft-max 0 --lookup 2 --draft-vocabulary 9", "--draft-vocabulary has no effect"),
      ("--draft-max 0 --lookup 2 --draft-stop fixed", "--draft-stop has no effect"),
      ("--lookup 2 --draft-stop fixed", "--draft-stop has no effect"),
      ("--skip-set s --draft-max 0 --lookup off", "give --lookup"),
      ("--skip-set s --draft-max 0 --draft-weights 8", "--draft-weights has no effect"),
      ("--compare", "--compare needs a draft"),
      ("--compare --lookup off", "--compare needs a draft"),
      ("--draft-weights 5", "expected auto, model, 8, 4"),
      ("--draft-weights 16", "expected auto, model, 8, 4"),
      ("--draft-weights=", "expected auto, model, 8, 4"),
      ("--draft-vocabulary 0", "expected auto, full or a number of tokens of at least 1"),
      ("--draft-vocabulary -1", "expected auto, full or a number"),
      ("--draft-vocabulary off", "expected auto, full or a number"),
      ("--lookup 0", "expected auto, off or a number of tokens from 1 to 16"),
      ("--lookup 17", "expected auto, off or a number of tokens from 1 to 16"),
      ("--lookup full", "expected auto, off or a number"),
      ("--draft-max -1 --lookup 2", "expected an integer from 0 to"),
    ])
  func refused(line: String, words: String) {
    #expect {
      try generate(line.split(separator: " ").map(String.init))
    } throws: { error in
      guard let error = error as? UsageError else { return false }
      return error.message.contains(words) && error.command == "generate"
    }
  }

  @Test("what only the file shows to have no effect is refused then")
  func refusedByFile() throws {
    let bare = SkipSetFile(model: DraftModel(skip: SkipSet(attention: [1], mlp: [])))
    let alone = SkipSetFile(model: .full, stop: .lookupAlone(LookupRule(least: 2, maximum: 9)))
    let cases: [(String, SkipSetFile, String)] = [
      ("--draft-max 0", bare, "has no lookup"), ("--lookup off", alone, "is a lookup alone"),
      ("--draft-weights 4", alone, "--draft-weights has no effect"),
      ("--draft-vocabulary 9", alone, "--draft-vocabulary has no effect"),
      ("--draft-stop fixed", alone, "--draft-stop has no effect"),
    ]
    for (line, file, words) in cases {
      #expect {
        try draft(line, file: file)
      } throws: { error in
        (error as? InputError)?.kind == .unusable && "\(error)".contains(words)
      }
    }
  }

  @Test("bench and evaluate refuse the same, and random weights have no text")
  func otherCommands() throws {
    func bench(_ line: String) throws {
      _ = try BenchCommand(
        Arguments(line.split(separator: " ").map(String.init), for: BenchCommand.description))
    }
    func evaluate(_ line: String) throws {
      _ = try EvaluateCommand(
        Arguments(line.split(separator: " ").map(String.init), for: EvaluateCommand.description))
    }
    try bench("-m d --draft-weights 4 --lookup 2 --draft-max 3")
    try bench("--random-model 135m --draft-weights 4")
    try evaluate("-m d --stdin --draft-max 0")
    try evaluate("-m d --stdin --draft-max 0 --lookup 3 --evaluator replay")
    for line in ["-m d --draft-max 3", "-m d --draft-max 0 --draft-weights 4"] {
      #expect(throws: UsageError.self) { try bench(line) }
    }
    for option in ["--lookup 2", "--draft-weights 4 --draft-max 3"] {
      #expect {
        try bench("--random-model 135m " + option)
      } throws: { ($0 as? UsageError)?.message.contains("no text to decode") == true }
    }
    for line in ["--draft-max 0 --lookup off", "--draft-max 0 --lookup 3 --draft-weights 4"] {
      #expect(throws: UsageError.self) { try evaluate("-m d --stdin " + line) }
    }
  }

  @Test("a search takes the options as what it may vary")
  func search() throws {
    func settings(_ line: String) throws -> StudySettings {
      try SearchOptions(
        Arguments(
          ["-m", "d"] + line.split(separator: " ").map(String.init),
          for: SearchCommand.description)
      ).settings
    }
    #expect(try settings("").policy == DraftPolicy() && settings("").stopsEarly)
    #expect(
      try settings("--draft-weights model --draft-vocabulary full --lookup off").policy
        == .classical)
    #expect(
      try settings("--draft-weights 8 --draft-vocabulary 300 --lookup 2").policy
        == DraftPolicy(weights: .eightBits, vocabulary: .size(300), lookup: .least(2)))
    #expect(try !settings("--stop never").stopsEarly && settings("--stop auto").stopsEarly)
    for line in ["--draft-weights 5", "--lookup 0", "--draft-max 0", "--stop soon"] {
      #expect(throws: UsageError.self) { try settings(line) }
    }
  }

  @Test("a search that goes on is set as it was, but for what the line says")
  func resuming() throws {
    var old = StudySettings()
    old.policy = .classical
    old.seed = 77
    old.stopsEarly = false
    old.trials = 33
    old.maximumTokens = 19
    old.promptsPerTrial = 7
    old.draftStop = .fixed
    old.frozen = SkipSet(attention: [1], mlp: [])
    old.enqueued = [SkipSet(attention: [2], mlp: [])]
    old.force = true
    old.evaluator = .decode
    old.optimizer = .random
    old.trialPositions = 99
    old.draftMaximum = 3
    old.timeLimit = 12
    let header = JournalHeader(subject: .test(layerCount: 5), settings: old)
    func options(_ words: String...) throws -> SearchOptions {
      try SearchOptions(
        Arguments(["-m", "d", "--resume", "j"] + words, for: SearchCommand.description),
        resuming: header)
    }
    var expected = old
    // A limit is of one run.
    expected.timeLimit = nil
    #expect(try options().settings == expected)
    expected.seed = 1
    expected.trials = 50
    expected.policy.lookup = .least(2)
    expected.stopsEarly = true
    #expect(
      try options("--seed", "1", "--trials", "50", "--lookup", "2", "--stop", "auto").settings
        == expected)
    var file = header
    #expect(try options().prompts.path == nil)
    file.subject.calibration.source = "mine.jsonl"
    let words = ["-m", "d", "--resume", "j"]
    let arguments = try Arguments(words, for: SearchCommand.description)
    #expect(try SearchOptions(arguments, resuming: file).prompts.path == "mine.jsonl")
  }
}

extension StopRule {
  fileprivate func with(_ criterion: StopCriterion) -> StopRule {
    var rule = self
    rule.criterion = criterion
    return rule
  }
}
