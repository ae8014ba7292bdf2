import Files
import SkipSearch

/// The command that generates with what a search found.
package struct UseCommand {
  /// Its lines, each but the last with a backslash at its end.
  package let lines: [String]

  /// - Parameters:
  ///   - result: the result file.
  ///   - program: how the program is called.
  package init(model: ModelDescription, result: String, program: Invocation = .current) {
    lines = [
      "\(program.words) generate --model \(quoted(model.path)) \\",
      "  --skip-set \(quoted(result)) \\",
      "  --user \"How many legs have three cats?\" --compare",
    ]
  }
}
