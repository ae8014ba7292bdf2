import EvaluationTestSupport
import Files
import Foundation
import TestSupport
import Testing

/// Searches for the model of another program, run as a user runs them.
@Suite("The program with an evaluator in another process")
struct EvaluatorProgramTests {
  private static let executable =
    URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    .appendingPathComponent("skip-search")

  private func search(
    _ evaluator: String, _ options: [String], in directory: String
  ) throws -> (status: Int32, output: String, errors: String) {
    let process = Process()
    process.executableURL = Self.executable
    process.arguments =
      ["search", "--evaluator-command", evaluator, "-o", "\(directory)/results"] + options
    // To files: a pipe that nobody reads would stop the program.
    let paths = ["\(directory)/output", "\(directory)/errors"]
    for path in paths { FileManager.default.createFile(atPath: path, contents: nil) }
    process.standardOutput = FileHandle(forWritingAtPath: paths[0])
    process.standardError = FileHandle(forWritingAtPath: paths[1])
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return (process.terminationStatus, try readText(paths[0]), try readText(paths[1]))
  }

  private let short = [
    "--trials", "5", "--max-tokens", "24", "--trial-prompts", "8", "--force", "--trial-starts",
    "64",
  ]

  @Test("a search ends with a result that names the other program's model, and is resumed")
  func resume() throws {
    try withTemporaryDirectory { directory in
      let first = try search(Probe.command(), short + ["--json", "-q"], in: directory)
      #expect(first.status == 0, "\(first.errors)")
      let result = JSONField(
        try JSON(parsing: first.output.utf8, file: "the output"), file: "the output")
      #expect(try result.required("model").required("path").string() == "tiny/model")
      #expect(try result.required("trials").elements().count == 5)
      #expect(try result.required("settings").required("evaluator").string() == "auto")
      let names = try FileManager.default.contentsOfDirectory(atPath: "\(directory)/results")
      let journal = try #require(names.first { $0.hasSuffix(".jsonl") })
      let path = "\(directory)/results/\(journal)"
      let more = try search(
        Probe.command(), ["--resume", path, "--trials", "7", "--json", "-q"], in: directory)
      #expect(more.status == 0, "\(more.errors)")
      let resumed = JSONField(
        try JSON(parsing: more.output.utf8, file: "the output"), file: "the output")
      #expect(try resumed.required("trials").elements().count == 7)
      // Another program's model has another fingerprint.
      let other = try search(
        Probe.command("| sed -u s/0123456789abcdef/fedcba9876543210/"), ["--resume", path, "-q"],
        in: directory)
      #expect(other.status == 65 && other.errors.contains("of another model"), "\(other.errors)")
    }
  }

  @Test("where three trials fail what was found is saved, and it is said how to go on")
  func threeFailures() throws {
    try withTemporaryDirectory { directory in
      let options = short.filter { $0 != "--force" } + ["--force", "--stop", "never"]
      let broken = try search(
        Probe.command("--fail refuse --at replay"), options + ["--events"], in: directory)
      #expect(broken.status == 1, "\(broken.errors)")
      #expect(broken.errors.contains("Ended by an error; what was found is in "))
      #expect(broken.errors.contains("Go on with: "))
      #expect(broken.errors.contains("Error: the evaluator says to \"replay\": no memory for that"))
      let events = broken.output.split(separator: "\n")
      #expect(events.dropLast().last?.contains(#""event": "failed""#) ?? false)
      #expect(events.last?.contains(#""event": "result""#) ?? false)
      let names = try FileManager.default.contentsOfDirectory(atPath: "\(directory)/results")
      #expect(names.contains { $0.hasSuffix(".json") } && names.contains { $0.hasSuffix(".html") })
      let journal = try #require(names.first { $0.hasSuffix(".jsonl") })
      let path = "\(directory)/results/\(journal)"
      let status = try BuiltProgram.run(["status", path])
      let words = status.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      #expect(words.contains("3 failed") && words.contains("no memory for that"), "\(words)")
      #expect(status.output.contains(" search --evaluator-command "), "\(status.output)")
      #expect(!status.output.contains("--model"))
      let other = try BuiltProgram.run(["search", "-m", directory, "--resume", path])
      #expect(other.status == 65)
      #expect(other.errors.contains("belongs to an evaluator in another process"))
      #expect(other.errors.contains("go on with --evaluator-command "))
      let more = try search(Probe.command(), ["--resume", path, "-q"], in: directory)
      #expect(more.status == 0, "\(more.errors)")
      #expect(more.output.contains("3 trials failed, the first because: the evaluator says"))
    }
  }

  @Test("two requests to stop at the same moment are one: what was found is saved")
  func twoSignals() throws {
    try withTemporaryDirectory { directory in
      let process = Process()
      process.executableURL = Self.executable
      process.arguments =
        ["search", "--evaluator-command", Probe.command(), "-o", directory, "--stop", "never"]
        + ["--trials", "100000", "--max-tokens", "24", "--trial-prompts", "8", "--force"]
      let errors = Pipe()
      process.standardOutput = FileHandle.nullDevice
      process.standardError = errors
      process.standardInput = FileHandle.nullDevice
      try process.run()
      func lineCount() -> Int {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        let journal = names.first { $0.hasSuffix(".jsonl") }.map { "\(directory)/\($0)" }
        return journal.flatMap { try? readText($0) }?.split(separator: "\n").count ?? 0
      }
      while process.isRunning, lineCount() < 5 { Thread.sleep(forTimeInterval: 0.02) }
      for _ in 0..<2 { kill(process.processIdentifier, SIGINT) }
      let said = String(
        decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      #expect(process.terminationStatus == 130 && process.terminationReason == .exit)
      #expect(said.contains("Interrupted; what was found is in "), "\(said)")
      #expect(said.contains("Go on with: "))
    }
  }

  @Test("what the evaluator says on standard error is shown, and why it failed")
  func failure() throws {
    try withTemporaryDirectory { directory in
      let gone = try search("echo 'no such model' >&2; exit 5", short, in: directory)
      #expect(gone.status == 1 && gone.output.isEmpty)
      #expect(gone.errors.contains("evaluator: no such model\n"))
      #expect(gone.errors.contains("Error: the evaluator ended with exit code 5"))
      let stall = try search(
        Probe.command("--fail stall --at plain"), short + ["--evaluator-timeout", "8s", "-q"],
        in: directory)
      #expect(stall.status == 1, "\(stall.errors)")
      #expect(
        stall.errors.contains("Error: the evaluator did not answer \"plain\" within 8 s"),
        "\(stall.errors)")
      let weights = try search(Probe.command(), short + ["--draft-weights", "4"], in: directory)
      #expect(weights.status == 1 && weights.errors.contains("--draft-weights 4"))
      let both = try search(Probe.command(), short + ["-m", "model"], in: directory)
      #expect(both.status == 64 && both.errors.contains("exclude each other"))
      let empty = try search(" ", short, in: directory)
      #expect(empty.status == 64 && empty.errors.contains("--evaluator-command is empty"))
    }
  }
}
