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
}
