import Files
import Foundation
import TestSupport
import Testing

/// The built program, run as a user runs it.
@Suite("The program", .serialized)
struct ProgramTests {
  /// What a run left behind.
  private struct Outcome {
    let status: Int32
    let output: String
    let errors: String
  }

  /// The executable stands beside the tests' own.
  private static let executable =
    URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    .appendingPathComponent("skip-search")

  /// Runs the program; `signal` is sent as soon as `trigger` appears among its messages.
  private func run(
    _ arguments: String..., input: String = "", signal: Int32? = nil, when trigger: String = ""
  ) throws -> Outcome {
    let process = Process()
    process.executableURL = Self.executable
    process.arguments = arguments
    let pipes = (input: Pipe(), output: Pipe(), errors: Pipe())
    process.standardInput = pipes.input
    process.standardOutput = pipes.output
    process.standardError = pipes.errors
    try process.run()
    pipes.input.fileHandleForWriting.write(Data(input.utf8))
    try pipes.input.fileHandleForWriting.close()
    var errors = ""
    while let data = try pipes.errors.fileHandleForReading.read(upToCount: 1 << 16), !data.isEmpty {
      errors += String(decoding: data, as: UTF8.self)
      if let signal, errors.contains(trigger) { kill(process.processIdentifier, signal) }
    }
    let output = pipes.output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Outcome(
      status: process.terminationReason == .exit
        ? process.terminationStatus : -process.terminationStatus,
      output: String(decoding: output, as: UTF8.self), errors: errors)
  }

  @Test("every kind of error has its exit code and one sentence")
  func exitCodes() throws {
    try withTemporaryDirectory { directory in
      try writeAtomically("{\"attn\": [24], \"mlp\": []}", to: "\(directory)/deep.json")
      try writeAtomically("{\"attn\": [1", to: "\(directory)/torn.json")
      try writeAtomically("{\"prompt\": 3}\n", to: "\(directory)/prompts.jsonl")
      let cases: [([String], Int32, String)] = [
        (["--version"], 0, ""), (["help", "bench"], 0, ""), (["bench", "--help"], 0, ""),
        (["frobnicate"], 64, "Unknown subcommand"),
        (["search"], 64, "--model <dir>"),
        (["generate", "-m", referenceModel], 64, "Missing one of the options"),
        (["generate", "-m", "\(directory)/none", "-p", "x"], 66, "\(directory)/none"),
        (["generate", "-m", directory, "-p", "x"], 66, "tokenizer.json"),
        (
          ["generate", "-m", referenceModel, "-p", "x", "--skip-set", "\(directory)/deep.json"], 65,
          "deep.json: attn[0]"
        ),
        (
          ["generate", "-m", referenceModel, "-p", "x", "--skip-set", "\(directory)/torn.json"], 65,
          "torn.json: line 1"
        ),
        (
          ["generate", "-m", referenceModel, "-f", "\(directory)/prompts.jsonl"], 65,
          "line 1.prompt: expected a string"
        ),
        (["logits", "-m", fixture("golden/models/qwen3-bf16"), "--tokens", "1"], 65, "Qwen3"),
        (["logits", "-m", referenceModel, "--tokens", "5000"], 65, "token 5000"),
        (
          ["search", "-m", referenceModel, "-o", "/proc/nowhere", "--trials", "1", "-q"], 74,
          "/proc/nowhere"
        ),
        (
          ["logits", "-m", referenceModel, "--tokens", "1", "-o", "/dev/full"], 74,
          "No space left"
        ),
      ]
      for (arguments, status, sentence) in cases {
        let process = try runList(arguments)
        #expect(process.status == status, "\(arguments): \(process.errors)")
        #expect(process.errors.contains(sentence), "\(arguments): \(process.errors)")
        #expect(status == 0 ? process.errors.isEmpty : process.errors.hasPrefix("Error: "))
      }
    }
  }

  private func runList(_ arguments: [String]) throws -> Outcome {
    let process = Process()
    process.executableURL = Self.executable
    process.arguments = arguments
    let pipes = (output: Pipe(), errors: Pipe())
    process.standardOutput = pipes.output
    process.standardError = pipes.errors
    try process.run()
    let output = pipes.output.fileHandleForReading.readDataToEndOfFile()
    let errors = pipes.errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Outcome(
      status: process.terminationStatus, output: String(decoding: output, as: UTF8.self),
      errors: String(decoding: errors, as: UTF8.self))
  }

  @Test("generates, compares, and prints the contract's JSON")
  func generation() throws {
    try withTemporaryDirectory { directory in
      let skipSet = "\(directory)/set.json"
      try writeAtomically("{\"attention\": [3, 5], \"mlp\": [7, 9, 11]}", to: skipSet)
      let outcome = try run(
        "generate", "-m", referenceModel, "--skip-set", skipSet, "-u",
        "How many legs have three cats?", "-n", "12", "--compare", "--json")
      #expect(outcome.status == 0 && outcome.errors.isEmpty)
      let result = JSONField(try JSON(parsing: outcome.output.utf8, file: "output"), file: "output")
      #expect(try result.required("identical").bool())
      #expect(try result.required("ids").elements().count <= 12)
      let telemetry = try result.required("telemetry")
      for key in [
        "round_count", "draft_token_count", "accepted_draft_token_count",
        "target_model_call_count", "acceptance_rate", "tokens_per_second",
        "prefill_tokens_per_second",
      ] {
        #expect(try telemetry.required(key).double() >= 0)
      }
      #expect(try result.required("speedup").double() > 0)
      _ = try result.required("plain").required("tokens_per_second")
    }
  }

  @Test("evaluates a skip set per line, and answers a bad line with an error")
  func evaluation() throws {
    let outcome = try run(
      "evaluate", "-m", referenceModel, "--stdin", "--max-prompts", "2", "-n", "8",
      input: "{\"attn\": [2], \"mlp\": []}\n\n{\"attn\": [99]}\n")
    #expect(outcome.status == 65)
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.count == 2 && lines[0].contains("\"acceptance_rate\""))
    #expect(lines.count == 2 && lines[1].hasPrefix("{\"error\""))
  }

  @Test("Ctrl-C ends a search with what was found, and the journal goes on")
  func interruption() throws {
    try withTemporaryDirectory { directory in
      let outcome = try run(
        "search", "-m", referenceModel, "--trials", "1000", "--trial-prompts", "1", "-n", "4", "-o",
        directory, signal: SIGINT, when: "trial 1/1000")
      #expect(outcome.status == 130)
      let files = try FileManager.default.contentsOfDirectory(atPath: directory)
      let journal = try #require(files.first { $0.hasSuffix(".jsonl") })
      let result = try #require(files.first { $0.hasSuffix(".json") })
      let trials = try JSONField.read("\(directory)/\(result)").required("trials").elements()
      #expect(trials.count >= 1 && trials.count < 1000)
      let resumed = try run(
        "search", "-m", referenceModel, "--trials", "\(trials.count + 1)", "--trial-prompts", "1",
        "-n", "4", "--resume", "\(directory)/\(journal)", "--time-limit", "60s", "-q", "--json")
      #expect(resumed.status == 0, "\(resumed.errors)")
      let after = JSONField(
        try JSON(parsing: resumed.output.utf8, file: "output"), file: "output")
      #expect(try after.required("trials").elements().count == trials.count + 1)
    }
  }
}
