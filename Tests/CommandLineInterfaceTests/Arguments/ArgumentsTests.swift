import DraftEvaluation
import Inference
import Testing

@testable import CommandLineInterface

@Suite("Arguments")
struct ArgumentsTests {
  private func search(_ words: String...) throws(UsageError) -> SearchCommand {
    try SearchCommand(try Arguments(words, for: SearchCommand.description))
  }
  private func generate(_ words: String...) throws(UsageError) -> GenerateCommand {
    try GenerateCommand(try Arguments(words, for: GenerateCommand.description))
  }

  @Test("every spelling of an option gives the same value")
  func spellings() throws {
    for words in [["--trials", "7"], ["--trials=7"]] {
      let command = try SearchCommand(
        try Arguments(["-m", "dir"] + words, for: SearchCommand.description))
      #expect(command.options.settings.trials == 7 && command.options.model?.directory == "dir")
    }
    for words in [["-n", "9"], ["-n9"], ["-n=9"], ["--max-tokens", "3", "-n", "9"]] {
      let command = try SearchCommand(
        try Arguments(["--model=dir/"] + words, for: SearchCommand.description))
      #expect(command.options.settings.maximumTokens == 9)
      #expect(command.options.model?.directory == "dir")
    }
    #expect(try search("-m", "d", "-q", "--json").options.isQuiet)
    #expect(try search("-m", "d", "--time-limit", "1h30m").options.settings.timeLimit == 5400)
    #expect(
      try search("-m", "d", "--draft-stop", "confidence:0.7").options.settings.draftStop
        == .confidence(0.7))
  }

  @Test(
    "what is wrong is said in one sentence",
    arguments: [
      (["--trails", "3"], "Unknown option '--trails'. Did you mean '--trials'?"),
      (["--modle", "d"], "Unknown option '--modle'. Did you mean '--model'?"),
      (["-x"], "Unknown option '-x'."),
      (["--trials"], "Missing value for '--trials <n>'"),
      (
        ["--trials", "--json"],
        "Missing value for '--trials <n>'; one that begins with a dash is given as --trials=…"
      ),
      (["--json=1"], "The option '--json' does not take any value."),
      (["stray"], "Unexpected argument 'stray'"),
      ([], "Missing expected argument '--model <path>'"),
      (
        ["-m", "d", "--trials", "0"],
        "The value '0' is invalid for '--trials <n>': expected an integer from 1 to 1000000"
      ),
      (
        ["-m", "d", "--trials", "-5"],
        "The value '-5' is invalid for '--trials <n>': expected an integer from 1 to 1000000"
      ),
      (
        ["-m", "d", "--evaluator", "guess"],
        "The value 'guess' is invalid for '--evaluator <kind>': expected auto, replay, decode"
      ),
      (
        ["-m", "d", "--time-limit", "soon"],
        "The value 'soon' is invalid for '--time-limit <time>': expected a duration with its unit, "
          + "such as 90s, 30m or 1h30m"
      ),
      (
        ["-m", "d", "--time-limit", "5"],
        "The value '5' is invalid for '--time-limit <time>': expected a duration with its unit, "
          + "such as 90s, 30m or 1h30m; say 5s, 5m or 5h"
      ),
      (
        ["-m", "d", "--draft-stop", "confidence:2"],
        "The value 'confidence:2' is invalid for '--draft-stop <rule>': expected fixed, "
          + "confidence:P or adaptive[:T], with P and T from 0 to 1"
      ),
    ])
  func errors(words: [String], message: String) {
    #expect(throws: UsageError(message, command: "search")) {
      try SearchCommand(try Arguments(words, for: SearchCommand.description))
    }
  }

  @Test("options that exclude one another are refused")
  func exclusions() {
    #expect(throws: UsageError.self) { try generate("-m", "d", "--json") }
    #expect(throws: UsageError.self) { try generate("-m", "d", "--skip-set", "s", "--compare") }
    #expect(throws: UsageError.self) { try search("-m", "d", "--json", "--events") }
    #expect(throws: UsageError.self) { try generate("-m", "d", "-p", "a", "-u", "b") }
    #expect(throws: UsageError.self) {
      try generate("-m", "d", "-p", "a", "--skip-set", "s", "--no-draft", "--compare")
    }
    #expect(throws: UsageError.self) { try generate("-m", "d", "-p", "a", "--compare") }
    for (option, value) in [
      ("--temperature", "-1"), ("--top-p", "0"), ("--top-p", "1.5"), ("--top-k", "0"),
      ("--seed", "x"), ("--temperature", "nan"), ("-n", "-1"), ("-t", "0"), ("-t", "4096"),
      ("--draft-max", "0"),
    ] {
      #expect(throws: UsageError.self) { try generate("-m", "d", "-p", "a", option, value) }
    }
  }

  @Test("durations")
  func durations() {
    #expect(parseDuration("90s") == 90)
    #expect(parseDuration("30m") == 1800 && parseDuration("1h30m") == 5400)
    #expect(parseDuration("1.5h") == 5400)
    for bad in ["", "h", "0", "90", "-3", "3x", "1h3", "inf", "0s", "m5"] {
      #expect(parseDuration(bad) == nil)
    }
  }
}
