import Files
import Foundation

/// Where a model is: what `--model` names.
public enum ModelLocation: Sendable, Hashable {
  /// A Hugging Face directory.
  case directory(String)
  /// A GGUF file.
  case gguf(String)

  /// A file that is one is taken for GGUF, and so is the only one in a directory without
  /// safetensors. The part of a model that sees, which comes in a file of its own, does not count;
  /// a model in several files (`GGUFPieces`) counts once, and is named by the first.
  ///
  /// - Throws: where there is nothing at the path, or several files to choose from.
  public init(_ path: String) throws(InputError) {
    var isDirectory: ObjCBool = false
    let files = FileManager.default
    guard files.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw InputError(
        .missing, file: path,
        "there is no such \(path.hasSuffix(".gguf") ? "file" : "directory")")
    }
    guard isDirectory.boolValue else {
      // What is none is refused as no directory: a file of one is given more often.
      guard path.hasSuffix(".gguf") || Self.beginsAsGGUF(path) else {
        self = .directory(path)
        return
      }
      // A model in several files is named by any of them; the first says what it is.
      let first = PieceName(path)?.sibling(1) ?? path
      self = .gguf(fileExists(first) ? first : path)
      return
    }
    self = .directory(path)
    for name in ["model.safetensors", "model.safetensors.index.json"]
    where fileExists("\(path)/\(name)") { return }
    // Of a model in several files the first there is stands for all.
    var models: Set<PieceName> = []
    let names = ((try? files.contentsOfDirectory(atPath: path)) ?? [])
      .filter { $0.hasSuffix(".gguf") && !$0.hasPrefix("mmproj") }.sorted()
      .filter { name in
        guard let piece = PieceName(name) else { return true }
        return models.insert(PieceName(stem: piece.stem, number: 1, count: piece.count)).inserted
      }
    guard let name = names.first else { return }
    guard names.count == 1 else {
      throw InputError(
        file: path,
        "has \(names.count) models in GGUF files; give one of them: "
          + names.prefix(8).joined(separator: ", ") + (names.count > 8 ? ", …" : ""))
    }
    self = .gguf(path.hasSuffix("/") ? path + name : "\(path)/\(name)")
  }

  private static func beginsAsGGUF(_ path: String) -> Bool {
    guard let file = try? MappedFile(path) else { return false }
    return withExtendedLifetime(file) { file.bytes.prefix(4).elementsEqual("GGUF".utf8) }
  }
}
