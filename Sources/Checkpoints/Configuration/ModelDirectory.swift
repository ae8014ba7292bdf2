import Files
import Foundation

/// A directory that may hold a checkpoint: it exists and is no file.
package struct ModelDirectory {
  package let path: String

  package init(_ path: String) throws(InputError) {
    guard let type = try Self.type(of: path) else {
      throw InputError(.missing, file: path, "there is no such directory\(Self.hint(path))")
    }
    guard type == S_IFDIR else {
      throw InputError(
        file: path,
        "this is a file; the model must be a Hugging Face directory with config.json and "
          + "model.safetensors")
    }
    var trimmed = Substring(path)
    while trimmed.count > 1, trimmed.hasSuffix("/") { trimmed = trimmed.dropLast() }
    self.path = String(trimmed)
    // What cannot be read is not as if it were not there.
    guard access(path, R_OK | X_OK) == 0 else {
      throw InputError(.inputOutput, file: path, "cannot read: \(systemError(errno))")
    }
  }

  /// The path of something in it.
  func file(_ name: String) -> String { path == "/" ? "/\(name)" : "\(path)/\(name)" }

  /// Whether it has a file.
  ///
  /// - Throws: where that cannot be known, or is a link to nothing.
  func has(_ name: String) throws(InputError) -> Bool {
    if try Self.type(of: file(name)) != nil { return true }
    var status = stat()
    guard lstat(file(name), &status) == 0 else { return false }
    throw InputError(
      .missing, file: file(name),
      "this is a link to a file that is not there; download the model again")
  }

  /// A sentence for each of its files that a model can do without and that is a link to nothing.
  package var brokenLinks: [String] {
    let optional = [
      "generation_config.json", "tokenizer_config.json", "special_tokens_map.json",
      "added_tokens.json", "chat_template.jinja",
    ]
    return optional.map(file).filter { path in
      var status = stat()
      return lstat(path, &status) == 0 && stat(path, &status) != 0 && errno == ENOENT
    }.map { "\($0): this is a link to a file that is not there; it is left out" }
  }

  /// The names of the files in it, in order.
  var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
  }

  /// What kind of file a path leads to, as in `st_mode`; nil where there is none.
  private static func type(of path: String) throws(InputError) -> mode_t? {
    var status = stat()
    if stat(path, &status) == 0 { return status.st_mode & S_IFMT }
    let code = errno
    guard code == ENOENT || code == ENOTDIR else {
      throw InputError(.inputOutput, file: path, "cannot open: \(systemError(code))")
    }
    return nil
  }

  /// What somebody may have meant by a path that is not there.
  private static func hint(_ path: String) -> String {
    if path.hasPrefix("~") { return "; a shell expands ~ only where it begins a word: write $HOME" }
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, !parts.contains(where: \.isEmpty), !parts.contains("."),
      !parts.contains("..")
    else { return "" }
    return "; a model of the Hugging Face Hub has to be downloaded first: "
      + "hf download \(path) --local-dir \(parts[1])"
  }
}
