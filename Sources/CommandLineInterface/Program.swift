import Files
import Foundation
import GGUF
import Report

/// The command line: finds the command, parses, runs, and turns every error into one sentence and
/// an exit code.
public struct Program {
  static let commands: [any Command.Type] = [
    SearchCommand.self, ReportCommand.self, GenerateCommand.self, BenchCommand.self,
    EvaluateCommand.self, ExportCommand.self, StatusCommand.self, AskCommand.self,
    TellCommand.self, LogitsCommand.self, TokenizeCommand.self, CompletionCommand.self,
  ]
  static let description = ProgramDescription(commands: commands.map { $0.description })

  /// Runs the command line and returns the exit code.
  public static func run(_ words: [String]) -> Int32 {
    openStandardDescriptors()
    Interruption.install()
    MappedFile.explainFaults(prefix: "\nError: ", exitCode: ExitCode.inputOutput.rawValue)
    do {
      try dispatch(words)
      return ExitCode.done.rawValue
    } catch let error as UsageError {
      message(usageMessage(error, width: Terminal.width(STDERR_FILENO)))
      return ExitCode.usage.rawValue
    } catch let error
      where error is Interrupted || error is AskCommand.NothingToTry
      || StandardOutput.isClosed(error)
    {
      return ExitCode(error).rawValue
    } catch {
      let next = (error as? InputError).flatMap(NextStep.init(for:)).map { "; \($0.advice)" }
      message("Error: \(error)" + (next ?? ""))
      return ExitCode(error).rawValue
    }
  }

  /// What a usage error prints.
  static func usageMessage(_ error: UsageError, width: Int) -> String {
    var text = "Error: \(error.message)\n"
    if let name = error.command, let command = description.command(named: name) {
      text += HelpText(width: width).usage(command, of: description)
      if let example = command.examples.first {
        let rows = example.rows(width: width - 4)
        text += "For example:\n" + rows.map { "    \($0)\n" }.joined()
      }
      text += "  See '\(description.name) \(name) --help' for more information."
    } else {
      text += "Usage: \(description.name) <subcommand>\n"
      text += "  See '\(description.name) --help' for more information."
    }
    return text
  }

  private static func dispatch(_ words: [String]) throws {
    let help = HelpText(width: Terminal.width(STDOUT_FILENO))
    let output = StandardOutput()
    switch words.first {
    case nil, "--help", "-h":
      return try output.write(help.overview(description))
    case "--version":
      return try output.write(ProgramDescription.version + "\n")
    case "help" where words.count > 1:
      guard let command = description.command(named: words[1]) else {
        throw unknown(words[1])
      }
      return try output.write(help.command(command, of: description))
    case "help":
      return try output.write(help.overview(description))
    default: break
    }
    var rest = words
    var name = description.defaultCommand
    if let first = rest.first, !first.hasPrefix("-") {
      name = first
      rest.removeFirst()
    }
    guard let type = commands.first(where: { $0.description.name == name }) else {
      throw unknown(name)
    }
    // Help wins over whatever else is wrong with the line.
    if rest.prefix(while: { $0 != "--" }).contains(where: { $0 == "--help" || $0 == "-h" }) {
      return try output.write(help.command(type.description, of: description))
    }
    let command = try type.init(try Arguments(rest, for: type.description))
    try command.run()
  }

  private static func unknown(_ name: String) -> UsageError {
    let hint = closest(to: name, in: commands.map { $0.description.name } + ["help"])
    var text = "Unknown subcommand '\(name)'."
    if let hint {
      text += " Did you mean '\(hint)'?"
    } else if (try? ModelLocation(name)) != nil {
      text += " To search drafts for a model: \(description.name) --model \(quoted(name))"
    }
    return UsageError(text)
  }
}
