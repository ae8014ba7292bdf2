import Foundation
import TestSupport

/// The built program, which stands beside the tests' own.
enum BuiltProgram {
  static let url = URL(fileURLWithPath: CommandLine.arguments[0])
    .deletingLastPathComponent().appendingPathComponent("skip-search")

  /// What a run left behind.
  struct Outcome {
    let status: Int32
    let output: String
    let errors: String
  }

  /// Runs an executable, the program itself where none is given.
  ///
  /// - Parameters:
  ///   - environment: added to the tests' own.
  ///   - input: what standard input has, which then ends.
  static func run(
    _ arguments: [String], of executable: URL = url, in directory: String? = nil,
    environment: [String: String] = [:], input: String = ""
  ) throws -> Outcome {
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory) }
    let pipes = (input: Pipe(), output: Pipe(), errors: Pipe())
    process.standardInput = pipes.input
    process.standardOutput = pipes.output
    process.standardError = pipes.errors
    try process.run()
    try pipes.input.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    try pipes.input.fileHandleForWriting.close()
    let output = pipes.output.fileHandleForReading.readDataToEndOfFile()
    let errors = pipes.errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Outcome(
      status: process.terminationStatus, output: String(decoding: output, as: UTF8.self),
      errors: String(decoding: errors, as: UTF8.self))
  }
}

extension TinyModel {
  /// A random model of five layers that reads texts, and conversations, as the reference model does.
  static func writeTalking(to directory: String, contextLength: Int = 512) throws {
    var tiny = TinyModel()
    tiny.layerCount = 5
    tiny.hiddenSize = 64
    tiny.intermediateSize = 96
    tiny.vocabularySize = 4096
    tiny.maxPositionEmbeddings = contextLength
    tiny.endOfTextIDs = [2]
    try FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: true)
    try tiny.write(to: directory)
    for name in ["tokenizer.json", "tokenizer_config.json"] {
      try FileManager.default.copyItem(
        atPath: "\(referenceModel)/\(name)", toPath: "\(directory)/\(name)")
    }
  }
}
