import Files
import Foundation
import Report

/// What somebody may do about an input error, where looking at the disk tells more than the error
/// itself says.
struct NextStep {
  /// A part of a sentence.
  let advice: String

  /// Nil where there is nothing to add.
  init?(for error: InputError) {
    let found: String? =
      switch error.kind {
      case .missing: Self.meant(by: error.file) ?? Self.model(around: error.file)
      case .unusable: Self.directory(of: error)
      case .inputOutput:
        error.problem.contains(systemError(ENOSPC)) && error.file != StandardOutput.name
          ? "make room there, or choose another place with --output" : nil
      }
    guard let found else { return nil }
    advice = found
  }

  /// A path that differs in one name from one that is not there.
  private static func meant(by path: String) -> String? {
    guard !fileExists(path) else { return nil }
    let parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    for end in parts.indices where !parts[end].isEmpty {
      let parent = parts[..<end].joined(separator: "/")
      guard !fileExists(parts[...end].joined(separator: "/")) else { continue }
      let names = Self.names(end == 0 ? "." : parent.isEmpty ? "/" : parent)
      let part = parts[end]
      guard
        let name = names.first(where: { $0.lowercased() == part.lowercased() })
          ?? closest(to: part, in: names)
      else { return nil }
      let candidate = (parts[..<end] + [name] + parts[(end + 1)...]).joined(separator: "/")
      return fileExists(candidate) ? "did you mean \(quoted(candidate))?" : nil
    }
    return nil
  }

  /// For a file that a model lacks: where there is one, or what is one.
  private static func model(around path: String) -> String? {
    let path = path as NSString
    guard ["config.json", "tokenizer.json"].contains(path.lastPathComponent) else { return nil }
    let directory = path.deletingLastPathComponent
    guard fileExists(directory), !fileExists("\(directory)/config.json") else { return nil }
    // In a cache of the Hugging Face Hub the files are in snapshots/<commit>.
    let places = ["", "/snapshots"].flatMap { middle in
      names(directory + middle).map { "\(directory)\(middle)/\($0)" }
    }
    let inside = places.filter { place in
      fileExists("\(place)/config.json") || place.hasSuffix(".gguf")
    }
    guard let first = inside.first else {
      return "or give a GGUF file; to download a model: hf download OWNER/NAME --local-dir NAME"
    }
    return "there is a model in it: --model \(quoted(first))"
  }

  /// For a file of a model that stands for the model itself.
  private static func directory(of error: InputError) -> String? {
    let directory = (error.file as NSString).deletingLastPathComponent
    let place = directory.isEmpty ? "." : directory
    guard error.problem.hasPrefix("this is a file"), fileExists("\(place)/config.json") else {
      return nil
    }
    return "give its directory: --model \(quoted(place))"
  }

  private static func names(_ directory: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []).sorted()
  }
}
