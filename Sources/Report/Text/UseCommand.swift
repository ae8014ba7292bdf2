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

/// A word for a shell: in single quotes where it needs them.
package func quoted(_ word: String) -> String {
  let plain = word.unicodeScalars.allSatisfy { scalar in
    scalar.isASCII
      && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
        || "/._-+=:,@%".unicodeScalars.contains(scalar))
  }
  if plain, !word.isEmpty { return word }
  return "'" + word.replacing("'", with: #"'\''"#) + "'"
}
