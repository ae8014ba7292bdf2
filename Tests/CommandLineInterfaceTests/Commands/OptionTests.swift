import Checkpoints
import DraftEvaluation
import Inference
import SkipSearch
import Testing

@testable import CommandLineInterface

@Suite("Options")
struct OptionTests {
  /// Lines that lack nothing, or no more than the option under test, by command.
  private static let lines: [String: [[String]]] = [
    "search": [["-m", "d"], [], ["--evaluator-command", "c"], ["-m", "d", "--study", "s"]],
    "report": [["r.json"]],
    "export": [["r.json", "--format", "huggingface"], ["r.json"]],
    "status": [["s"]],
    "ask": [["--study", "s", "--layers", "24"], ["--study", "s"]],
    "tell": [
      ["--study", "s", "--id", "3", "--speedup", "1"], ["--study", "s", "--id", "3"],
      ["--study", "s", "--speedup", "1"], ["--id", "3", "--speedup", "1"],
    ],
    "generate": [["-m", "d", "-p", "x", "--skip-set", "s"], ["-m", "d"]],
    "bench": [["-m", "d"], [], ["-m", "d", "--draft-weights", "8"]],
    "evaluate": [["-m", "d", "--skip-set", "s"], ["-m", "d"]],
    "logits": [["-m", "d", "--tokens", "1,2,3"]],
    "tokenize": [["-m", "d", "--text", "x"], ["-m", "d"]],
    "completion": [["bash"]],
  ]

  /// Some of which every option takes at least two.
  private static let values: [String] = {
    let texts = """
      3 2 1 0.5 replay decode random greedy fixed adaptive trials auto never model 4 off attn:0
      mlp:0 csv huggingface
      """
    return texts.split(whereSeparator: \.isWhitespace).map(String.init)
      + ModelConfiguration.knownShapes.map(\.name)
  }()

  /// All that a command makes of a line; nil where the line is refused.
  private func parsed(_ type: any Command.Type, _ words: [String]) -> String? {
    guard let arguments = try? Arguments(words, for: type.description),
      let command = try? type.init(arguments)
    else { return nil }
    var text = ""
    dump(command, to: &text)
    return text
  }

  @Test("no command lists an option that it ignores")
  func effects() throws {
    for type in Program.commands {
      for option in type.description.options where option.name != "help" {
        let lines = try #require(Self.lines[type.description.name])
        let isRead = lines.contains { line in
          guard option.value != nil else {
            let with = parsed(type, line + ["--\(option.name)"])
            return with != nil && with != parsed(type, line)
          }
          return Set(Self.values.compactMap { parsed(type, line + ["--\(option.name)", $0]) })
            .count > 1
        }
        #expect(isRead, "\(type.description.name) --\(option.name)")
      }
    }
  }

  @Test("a default that is shown is the one used")
  func defaults() throws {
    for type in Program.commands {
      let line = try #require(Self.lines[type.description.name]?.first)
      let plain = try #require(parsed(type, line))
      for option in type.description.options {
        // Some defaults are described in words.
        guard let shown = option.standard,
          let given = parsed(type, line + ["--\(option.name)", shown]), !shown.contains(" ")
        else { continue }
        #expect(given == plain || shown == "built-in", "--\(option.name) \(shown)")
      }
    }
  }

  @Test("a search decodes fewer prompts per trial than it replays")
  func promptsPerTrial() throws {
    func count(_ words: String...) throws -> Int {
      try SearchOptions(Arguments(["-m", "d"] + words, for: SearchCommand.description)).settings
        .promptsPerTrial
    }
    #expect(try count() == 48 && count("--evaluator", "replay") == 48)
    #expect(try count("--evaluator", "decode") == 12)
    #expect(try count("--evaluator", "decode", "--trial-prompts", "5") == 5)
  }

  @Test("the command line's stop rule counts before a file's")
  func drafts() throws {
    let ranking = VocabularyRanking(outputs: [], endOfText: [2], vocabularySize: 50)
    func options(_ words: String...) throws -> DraftOptions {
      try DraftOptions(
        Arguments(["-m", "d", "-p", "x"] + words, for: GenerateCommand.description))
    }
    let model = DraftModel(skip: SkipSet(attention: [1], mlp: []))
    let bare = SkipSetFile(model: model)
    let rule = StopRule(maximum: 4, criterion: .fixed)
    let measured = SkipSetFile(model: model, stop: rule)
    #expect(try options().draft(from: bare, ranking) == Draft(model: model, stop: StopRule()))
    #expect(try options().draft(from: measured, ranking) == Draft(model: model, stop: rule))
    let given = try options("--draft-max", "3", "--draft-stop", "confidence:0.25")
    #expect(
      try given.draft(from: measured, ranking)
        == Draft(model: model, stop: StopRule(maximum: 3, criterion: .confidence(0.25))))
    #expect(
      try options("--draft-max", "3").draft(from: measured, ranking)?.stop.criterion == .fixed)
    #expect(try !options("--draft-max", "3").hasStopRule(with: bare))
    #expect(try options().hasStopRule(with: measured) && given.hasStopRule(with: bare))
  }
}
