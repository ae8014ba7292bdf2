import Testing

@testable import CommandLineInterface

@Suite("Help")
struct HelpTextTests {
  @Test("the help of every command names every option of the contract, within the width")
  func help() {
    let contract = [
      "search": [
        "--model", "--trials", "--prompts", "--max-tokens", "--seed", "--output", "--threads",
        "--evaluator", "--draft-max", "--draft-stop", "--time-limit", "--resume", "-q", "--json",
      ],
      "report": ["<file>", "--output", "--svg"],
      "generate": [
        "--model", "--skip-set", "-p", "-f", "--chat", "-n", "--temperature", "--top-k", "--top-p",
        "--seed", "--no-draft", "--compare", "--json",
      ],
      "bench": ["--model", "--skip-set", "--repetitions", "--json", "--random-model"],
      "evaluate": ["--model", "--skip-set", "--stdin"],
      "logits": ["--model", "--tokens", "--skip-set", "--draft-from", "--output"],
      "tokenize": [
        "--model", "--text", "--file", "--ids", "--chat", "--add-generation-prompt", "--no-special",
      ],
      "status": ["<study>", "--json"],
      "ask": ["--study", "--layers", "--seed", "--freeze", "--trials"],
      "tell": ["--study", "--id", "--speedup", "--samples", "--failed"],
      "completion": ["<bash|zsh|fish>"],
      "export": ["<result>", "--format", "--output", "--rank", "--model"],
    ]
    for type in Program.commands {
      let command = type.description
      for width in [40, 80, 200] {
        let text = HelpText(width: width).command(command, of: Program.description)
        for option in contract[command.name] ?? ["none"] { #expect(text.contains(option)) }
        // A word longer than the line cannot be broken.
        for line in text.split(separator: "\n") where line.split(separator: " ").count > 1 {
          #expect(line.count <= max(width, 60))
        }
      }
    }
    let overview = HelpText(width: 80).overview(Program.description)
    #expect(overview.contains("search (default)") && overview.contains("--version"))
  }

  @Test("every command has examples, and takes them")
  func examples() throws {
    for type in Program.commands {
      let description = type.description
      #expect(!description.examples.isEmpty, "\(description.name)")
      for example in description.examples + Program.description.examples {
        let start = try #require(example.line.range(of: "skip-search")).lowerBound
        let line = example.line[start...].prefix { !"<>|)".contains($0) }
        var words: [String] = []
        for (index, part) in line.split(separator: "\"").enumerated() {
          words += index % 2 == 1 ? [String(part)] : part.split(separator: " ").map(String.init)
        }
        words.removeFirst()
        let name = words.first.flatMap { $0.hasPrefix("-") ? nil : $0 }
        let command = try #require(
          Program.commands.first { $0.description.name == name ?? "search" }, "\(example.line)")
        let arguments = try Arguments(
          name == nil ? words : Array(words.dropFirst()), for: command.description)
        // A second question is one of a study that there is.
        if description.name != "ask" {
          #expect(throws: Never.self, "\(example.line)") { _ = try command.init(arguments) }
        }
        for width in [40, 76] {
          let rows = example.rows(width: width)
          #expect(
            rows.joined(separator: " ").replacing(" \\  ", with: " ")
              .replacing(" \\ ", with: " ").split(separator: " ")
              == example.line.split(separator: " "))
          #expect(rows.dropLast().allSatisfy { $0.hasSuffix(" \\") })
        }
      }
    }
  }
}
