import Checkpoints
import DraftEvaluation
import Files
import Inference
import SkipSearch

/// `--skip-set` and `--force`.
struct SkipSetOptions {
  let path: String?
  let force: Bool

  static let file = Option(
    "skip-set", value: "file",
    "What the draft leaves out: a result of a search, {\"attn\": […], \"mlp\": […]}, or "
      + "{\"attention\": […], \"mlp\": […]}.")
  static let forcing = Option(
    flag: "force", "Use a skip set that was found for other weights.")

  init(_ arguments: Arguments) {
    path = arguments.string("skip-set")
    force = arguments.has("force")
  }

  /// Reads the file, if one was given, for a model.
  func read(for checkpoint: Checkpoint) throws(InputError) -> SkipSetFile? {
    guard let path else { return nil }
    return try SkipSetFile.read(
      path, layerCount: checkpoint.configuration.layerCount, fingerprint: checkpoint.fingerprint,
      force: force)
  }
}
