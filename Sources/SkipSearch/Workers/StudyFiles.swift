import Files
import Foundation

/// The files of the one search that a path means: its journal, its result, or the directory that
/// they are in.
public struct StudyFiles: Hashable, Sendable {
  /// The journal; nil where there is none.
  public private(set) var journal: String?
  /// The result; nil where there is none.
  public private(set) var result: String?

  /// Finds them.
  ///
  /// - Throws: where a path is neither, or a directory has the files of none or of many.
  public init(_ path: String) throws(InputError) {
    guard !path.isEmpty else {
      throw InputError(
        file: "the study", "expected a study's directory, a journal or a result, not an empty name")
    }
    guard fileExists("\(path)/.") else {
      switch try Kind(of: path) {
      case .result: (result, journal) = (path, Self.journal(beside: path))
      case .journal: (journal, result) = (path, Self.result(beside: path))
      case nil:
        throw InputError(
          file: path,
          "this is neither a journal nor a result of a search; give one, or a study's directory")
      }
      return
    }
    let study = StudyDirectory(path)
    if study.hasStudy {
      (journal, result) = (study.journal, fileExists(study.result) ? study.result : nil)
      return
    }
    (journal, result) = try Self.onlySearch(in: path)
  }

  /// Those of the only search in a directory such as `results`.
  private static func onlySearch(
    in path: String
  ) throws(InputError) -> (journal: String?, result: String?) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    let directory = path.hasSuffix("/") ? String(path.dropLast()) : path
    let files = names.filter { $0.hasSuffix(".json") || $0.hasSuffix(".jsonl") }
      .map { "\(directory)/\($0)" }.filter { ((try? Kind(of: $0)) ?? nil) != nil }
    let searches = Dictionary(grouping: files) { file in
      file.hasSuffix(".jsonl") ? String(file.dropLast(6)) : String(file.dropLast(5))
    }
    guard searches.count == 1 else {
      let newest = files.max { (date($0), $0) < (date($1), $1) }
      guard let newest else {
        throw InputError(
          .missing, file: path,
          "no study was begun in this directory, and it has no result; begin a study with: "
            + "search --study \(path)")
      }
      throw InputError(
        file: path,
        "this directory has the files of \(searches.count) searches; give one of them, such as "
          + "\(newest) (the newest)")
    }
    return (
      files.first { $0.hasSuffix(".jsonl") }, files.first { $0.hasSuffix(".json") }
    )
  }

  private static func date(_ file: String) -> Date {
    let facts = try? FileManager.default.attributesOfItem(atPath: file)
    return facts?[.modificationDate] as? Date ?? .distantPast
  }

  private static func journal(beside result: String) -> String? {
    let study = StudyDirectory(containing: result)
    let path =
      study.hasStudy && study.result.hasSuffix("/" + (result as NSString).lastPathComponent)
      ? study.journal : Journal.path(of: result)
    return (try? Kind(of: path)) == .journal ? path : nil
  }

  private static func result(beside journal: String) -> String? {
    guard let header = try? JournalContent(journal, isToGoOn: false).header else { return nil }
    let path = Journal.resultPath(of: journal, header)
    return fileExists(path) ? path : nil
  }

  /// What a file is, by how it begins.
  private enum Kind {
    case journal, result

    init?(of path: String) throws(InputError) {
      let start = String(decoding: try readStart(of: path, 4096), as: UTF8.self)
      if start.contains("\"skip-search/journal/") {
        self = .journal
      } else if start.contains("\"skip-search/result/") {
        self = .result
      } else if path.hasSuffix(".jsonl") {
        // What is wrong with it, its reader says better.
        self = .journal
      } else {
        return nil
      }
    }
  }
}
