import Files
import Foundation
import SkipSearch

/// How this program was called, as a command that it advises begins.
package struct Invocation {
  /// `skip-search`, a path, or `swift run skip-search`.
  package let words: String

  /// Of this process.
  package static let current = Invocation(
    CommandLine.arguments.first ?? "",
    searchPath: ProcessInfo.processInfo.environment["PATH"] ?? "",
    directory: FileManager.default.currentDirectoryPath)

  /// - Parameters:
  ///   - argument: the first word of the command line. `swift run` gives
  ///     `.build/<platform>/<configuration>/skip-search`; a person who types a path leaves the
  ///     platform out.
  ///   - searchPath: `PATH`.
  ///   - directory: where the process runs.
  package init(_ argument: String, searchPath: String, directory: String) {
    let parts = argument.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard let name = parts.last, !name.isEmpty else {
      words = Self.program
      return
    }
    if parts.count >= 4, parts[parts.count - 4] == ".build", parts[parts.count - 3].contains("-") {
      let package = parts.dropLast(4).joined(separator: "/")
      let isHere = package.isEmpty && !argument.hasPrefix("/") || package == directory
      words =
        "swift run" + (isHere ? "" : " --package-path \(quoted(package.isEmpty ? "/" : package))")
        + (parts[parts.count - 2] == "release" ? " -c release" : "") + " \(Self.program)"
      return
    }
    let place = parts.dropLast().joined(separator: "/")
    let isOnPath = parts.count == 1 || searchPath.split(separator: ":").contains { $0 == place }
    words = quoted(isOnPath ? name : argument)
  }

  private static let program = "skip-search"
}

extension Invocation {
  /// The beginning of a command about a search's model.
  package func search(_ subject: StudySubject) -> String {
    let model =
      subject.evaluatorCommand.map { "--evaluator-command \(quoted($0))" }
      ?? (subject.machine.isElsewhere
        // Its name is no path.
        ? "--evaluator-command COMMAND" : "--model \(quoted(subject.model.path))")
    return "\(words) search \(model)"
  }
}
