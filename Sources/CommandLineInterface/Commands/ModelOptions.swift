import Checkpoints
import DraftEvaluation
import Foundation
import Inference

/// `--model` and `--threads`, which most commands take.
struct ModelOptions {
  let directory: String
  let threads: Int

  static let model = Option(
    "model", "m", value: "dir", required: true,
    "A Hugging Face model directory: config.json, tokenizer.json, *.safetensors.")
  static let threads = Option(
    "threads", "t", value: "n", default: "physical cores",
    "Threads to compute with; results are the same for any number.")

  init(_ arguments: Arguments) throws(UsageError) {
    directory = Self.normalised(try arguments.required("model"))
    threads = try Self.threads(arguments)
  }

  static func threads(_ arguments: Arguments) throws(UsageError) -> Int {
    try arguments.integer("threads", in: 1...1024) ?? Processors.physicalCores
  }

  /// Without the trailing slashes that shells complete.
  private static func normalised(_ path: String) -> String {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    return path
  }

  /// Opens the model and says what the user should know about it.
  func load() throws -> LanguageModel {
    let checkpoint = try Checkpoint(directory: directory)
    for warning in checkpoint.warnings { message("Warning: \(warning)") }
    return Self.model(checkpoint, threads: threads)
  }

  /// A model with the instructions that the environment asks for.
  static func model(_ checkpoint: Checkpoint, threads: Int) -> LanguageModel {
    let instructions = InstructionSet.chosen
    if let request = InstructionSet.unmetRequest {
      let supported = InstructionSet.allCases.filter(\.isSupported).map(\.rawValue)
      message(
        "Warning: SKIP_SEARCH_ISA=\(request) is none of \(supported.joined(separator: ", ")), which "
          + "this machine has; using \(instructions.rawValue)")
    }
    return LanguageModel(checkpoint, threads: threads, instructionSet: instructions)
  }

  /// The name that results carry: the directory's own.
  var name: String {
    URL(fileURLWithPath: directory).standardizedFileURL.lastPathComponent
  }
}
