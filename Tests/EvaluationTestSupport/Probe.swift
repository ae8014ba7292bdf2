import DraftEvaluation
import Foundation

/// The evaluator of the tests as a command line.
package enum Probe {
  /// The executable stands beside the tests' own.
  package static func command(_ options: String...) -> String {
    let path = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
      .appendingPathComponent("evaluator-probe").path
    return (["'\(path)'"] + options).joined(separator: " ")
  }

  /// Prompts for it: it has its own, as many.
  package static func prompts(_ count: Int) -> PromptSet {
    PromptSet(source: "test", prompts: (0..<count).map { .text("\($0)") })
  }
}
