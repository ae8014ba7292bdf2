import Files
import Foundation

/// Where the files of a shared study are: its journal, its result, and a file for each worker.
public struct StudyDirectory: Hashable, Sendable {
  /// The directory.
  public let path: String

  /// A study's directory, which need not be there yet.
  public init(_ path: String) { self.path = path }

  /// The directory that a file is in.
  public init(containing file: String) {
    let directory = (file as NSString).deletingLastPathComponent
    path = directory.isEmpty ? "." : directory
  }

  /// What workers share.
  public var journal: String { "\(path)/journal.jsonl" }
  /// Where the result belongs.
  public var result: String { "\(path)/result.json" }
  /// Where workers show that they live.
  public var workers: String { "\(path)/workers" }

  /// Refuses a path that is no directory's; it need not be there yet.
  ///
  /// - Throws: where it names a file, or nothing.
  public func check() throws(InputError) {
    guard !path.isEmpty else {
      throw InputError(file: "--study", "expected a directory, not an empty name")
    }
    guard fileExists(path), !fileExists("\(path)/.") else { return }
    let study = StudyDirectory(containing: path)
    throw InputError(
      file: path,
      study.hasStudy
        ? "--study takes a directory, and this is a file; give the one that it is in, \(study.path)"
        : "--study takes a directory, and this is a file")
  }

  /// Whether a study was begun there. An empty journal is none: whoever made it died at once.
  public var hasStudy: Bool { (try? readFile(journal, from: 0).isEmpty) == false }
}
