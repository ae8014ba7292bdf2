import Checkpoints
import Files
import GGUF
import Inference

/// `--model` and `--threads`, which most commands take.
struct ModelOptions {
  let directory: String
  let threads: Int

  static let model = Option(
    required: "model", "m", value: "path", .modelDirectory,
    "A GGUF file, or a Hugging Face directory: config.json, tokenizer.json, *.safetensors.")
  static let threads = Option(
    "threads", "t", value: "n", .integer(in: 1...1024), default: Processors.physicalCores,
    shownAs: "physical cores", "Threads to compute with; results are the same for any number.")

  init(directory: String, threads: Int) {
    self.directory = directory
    self.threads = threads
  }

  init(_ arguments: Arguments) throws(UsageError) {
    directory = try arguments[Self.model]
    threads = try arguments[Self.threads]
  }

  /// Checks that there is a directory, or a GGUF file: what else a command reads there first would
  /// say it less well.
  ///
  /// - Parameter needsModel: whether a directory must say what model it holds; else a tokenizer is
  ///   enough.
  static func check(directory: String, needsModel: Bool = true) throws(InputError) {
    if case .gguf = try? ModelLocation(directory) { return }
    let place = try ModelDirectory(directory)
    if needsModel { try place.requireConfiguration() }
  }

  /// Opens the model and says what the user should know about it.
  func load() throws -> LanguageModel {
    try Self.check(directory: directory)
    let checkpoint = try Checkpoint(path: directory)
    for warning in checkpoint.warnings { message("Warning: \(warning)") }
    return Self.model(checkpoint, threads: threads)
  }

  /// A model with the instructions that the environment asks for.
  static func model(_ checkpoint: Checkpoint, threads: Int) -> LanguageModel {
    let instructions = InstructionSet.requested ?? .best(for: checkpoint)
    if let request = InstructionSet.unmetRequest {
      let supported = InstructionSet.allCases.filter(\.isSupported).map(\.rawValue)
      message(
        "Warning: SKIP_SEARCH_ISA=\(request) is none of \(supported.joined(separator: ", ")), "
          + "which this machine has; using \(instructions.rawValue)")
    }
    return LanguageModel(checkpoint, threads: threads, instructionSet: instructions)
  }
}

extension ValueFormat<String> {
  /// A path without the trailing slashes that shells complete; it is what results and messages call
  /// the model.
  static let modelDirectory = ValueFormat("a directory") { text in
    var path = text
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    return path
  }
}
