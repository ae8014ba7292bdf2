import Checkpoints
import Files
import SkipSearch

/// `--skip-set` and `--force`.
struct SkipSetOptions {
  let path: String?
  let force: Bool

  static let file = Option(
    "skip-set", value: "file", .text,
    "What the draft leaves out: a result of a search, {\"attn\": […], \"mlp\": […]}, or "
      + "{\"attention\": […], \"mlp\": […]}.")
  static let forcing = Option(
    flag: "force", "Use a skip set that was found for other weights.")
  static let all: [any OptionDeclaration] = [file, forcing]

  init(_ arguments: Arguments) throws(UsageError) {
    path = try arguments[Self.file]
    force = try arguments[Self.forcing]
  }

  /// Reads the file, if one was given, for a model.
  func read(for checkpoint: Checkpoint) throws(InputError) -> SkipSetFile? {
    guard let path else { return nil }
    return try SkipSetFile.read(path, for: checkpoint, force: force)
  }
}

extension SkipSetFile {
  /// Reads a file for a model.
  ///
  /// - Parameter force: accept a set that was found for other weights.
  static func read(
    _ path: String, for checkpoint: Checkpoint, force: Bool
  ) throws(InputError) -> SkipSetFile {
    try read(
      path, layerCount: checkpoint.configuration.layerCount, fingerprint: checkpoint.fingerprint,
      force: force)
  }
}
