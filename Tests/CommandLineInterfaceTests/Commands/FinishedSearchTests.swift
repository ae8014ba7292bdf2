import Files
import Foundation
import TestSupport
import Testing

/// The built program, asked to go on with searches.
@Suite("Searches that go on", .serialized)
struct FinishedSearchTests {
  private let short = [
    "--max-tokens", "8", "--trial-prompts", "4", "--force", "--trial-starts", "16", "--stop",
    "never",
    "-t", "1",
  ]

  private func search(_ model: String, _ options: [String]) throws -> BuiltProgram.Outcome {
    try BuiltProgram.run(["search", "-m", model] + options)
  }

  @Test("a finished one shows its result without measuring, and more trials are run when wanted")
  func finished() throws {
    try withTemporaryDirectory { directory in
      let model = "\(directory)/model"
      try TinyModel.writeTalking(to: model)
      for (options, files) in [
        (["--study", "\(directory)/study"], "\(directory)/study"),
        (["-o", "\(directory)/alone"], "\(directory)/alone"),
      ] {
        let first = try search(model, options + short + ["--trials", "3"])
        #expect(first.status == 0, "\(first.errors)")
        let names = try FileManager.default.contentsOfDirectory(atPath: files)
        let result = "\(files)/\(try #require(names.first { $0.hasSuffix(".json") }))"
        let journal = "\(files)/\(try #require(names.first { $0.hasSuffix(".jsonl") }))"
        let place = options[0] == "--study" ? options : ["--resume", journal]
        let old = (try readFile(result), try readFile(journal))
        let again = try search(model, place + ["-t", "1"])
        #expect(again.status == 0 && again.output == first.output, "\(again.errors)")
        #expect(
          again.errors.hasPrefix("This search is finished, with 3 trials: nothing was measured"))
        #expect(again.errors.count { $0 == "\n" } == 1 && !again.errors.contains("measuring"))
        #expect(try (readFile(result), readFile(journal)) == old)
        // Nothing of the model is read where the settings are others.
        let other = try search("\(directory)/none", place + ["--seed", "7", "-t", "1"])
        #expect(other.status == 65 && other.errors.contains("--seed 0"), "\(other.errors)")
        let wrong = try search(referenceModel, place + ["-t", "1"])
        #expect(wrong.status == 65 && wrong.errors.contains("of another model"), "\(wrong.errors)")
        let more = try search(model, place + ["--trials", "4", "-t", "1", "--json", "-q"])
        #expect(more.status == 0, "\(more.errors)")
        let json = JSONField(try JSON(parsing: more.output.utf8, file: "more"), file: "more")
        #expect(try json.required("trials").elements().count == 4)
      }
    }
  }

  @Test("a study whose directory is a file, or has no name, is refused in one sentence")
  func places() throws {
    try withTemporaryDirectory { directory in
      try writeAtomically("x", to: "\(directory)/file")
      let commands = [
        ["search", "-m", referenceModel], ["ask", "--layers", "5"],
        ["tell", "--id", "0", "--speedup", "1"],
      ]
      for command in commands {
        for (path, sentence) in [
          ("", "expected a directory"),
          ("\(directory)/file", "takes a directory, and this is a file"),
        ] {
          let outcome = try BuiltProgram.run(command + ["--study", path])
          #expect([64, 65].contains(outcome.status), "\(command)")
          #expect(outcome.errors.contains(sentence), "\(outcome.errors)")
          #expect(outcome.errors.hasPrefix("Error: "))
        }
      }
    }
  }

  @Test("a shell loop of ask and tell ends, with exit code 3, also where its last trial fails")
  func loop() throws {
    try withTemporaryDirectory { directory in
      let script = """
        count=0
        while line=$("$0" ask --study "$1" --layers 5 --trials 4); do
          id=$(echo "$line" | sed 's/{"id": *\\([0-9]*\\).*/\\1/')
          if [ $count -eq 3 ]; then what="--failed=no"; else what="--speedup=1.2"; fi
          "$0" tell --study "$1" --id "$id" $what || exit 9
          count=$((count + 1))
        done
        "$0" ask --study "$1" --trials 4
        echo "$? $count"
        """
      let outcome = try BuiltProgram.run(
        ["-c", script, BuiltProgram.url.path, "\(directory)/study"],
        of: URL(fileURLWithPath: "/bin/sh"))
      #expect(outcome.output == "{\"done\": \"4 trials are told\"}\n3 5\n", "\(outcome)")
      let first = try BuiltProgram.run(
        ["ask", "--study", "\(directory)/other", "--layers", "5", "--trials", "1"])
      #expect(first.status == 0)
      let second = try BuiltProgram.run(["ask", "--study", "\(directory)/other"])
      #expect(second.status == 4 && second.output == "{\"pending\": 1}\n" && second.errors.isEmpty)
    }
  }
}
