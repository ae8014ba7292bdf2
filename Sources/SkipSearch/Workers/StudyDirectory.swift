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

  /// Whether a study was begun there. An empty journal is none: whoever made it died at once.
  public var hasStudy: Bool { (try? readFile(journal, from: 0).isEmpty) == false }
}
