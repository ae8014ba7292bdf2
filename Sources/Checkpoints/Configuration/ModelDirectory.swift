import Files
import Foundation

/// A directory that may hold a checkpoint: it exists and is no file.
struct ModelDirectory {
  let path: String

  init(_ path: String) throws(InputError) {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw InputError(.missing, file: path, "there is no such directory")
    }
    guard isDirectory.boolValue else {
      throw InputError(
        file: path,
        "this is a file; the model must be a Hugging Face directory with config.json and "
          + "model.safetensors")
    }
    var trimmed = Substring(path)
    while trimmed.count > 1, trimmed.hasSuffix("/") { trimmed = trimmed.dropLast() }
    self.path = String(trimmed)
  }

  /// The path of something in it.
  func file(_ name: String) -> String { path == "/" ? "/\(name)" : "\(path)/\(name)" }

  /// The error for a directory without `model.safetensors`, which says what is there instead.
  func weightsMissing() -> InputError {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    let advice = "a Hugging Face checkpoint with model.safetensors is needed"
    let conversions = [
      (".gguf", "GGUF files are opened by their own path"),
      (
        ".bin",
        "PyTorch .bin files are not supported; save_pretrained of transformers writes "
          + "safetensors"
      ),
      (
        ".pth",
        "PyTorch .pth files are not supported; transformers' conversion scripts write "
          + "safetensors"
      ),
    ]
    for (suffix, problem) in conversions {
      if let name = names.filter({ $0.hasSuffix(suffix) }).min() {
        return InputError(file: file(name), "\(problem): \(advice)")
      }
    }
    return InputError(
      .missing, file: file("model.safetensors"),
      "there is no such file, nor model.safetensors.index.json; \(advice)")
  }
}
