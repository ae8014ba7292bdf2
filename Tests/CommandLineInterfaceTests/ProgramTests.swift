import Files
import Foundation
import TestSupport
import Testing

/// The built program, run as a user runs it.
@Suite("The program")
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
        let process = try run(arguments)
        #expect(process.status == status, "\(arguments): \(process.errors)")
        #expect(
          sentence.isEmpty || process.errors.contains(sentence), "\(arguments): \(process.errors)")
        #expect(status == 0 ? process.errors.isEmpty : process.errors.hasPrefix("Error: "))
      }
    }
  }

  private func run(_ arguments: [String]) throws -> Outcome {
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
}
