import Files
import Foundation
import FoundationXML
import SkipSearch
import TestSupport

@testable import Report

/// A page read back by a parser of XML, which takes nothing that is not well-formed.
struct Page {
  let document: XMLDocument

  init(_ source: String) throws {
    document = try XMLDocument(data: Data(source.utf8), options: [.nodePreserveWhitespace])
  }

  /// The page of searches.
  init(_ reports: [ReportData]) throws {
    try self.init(
      ReportPage(panels: Panel.panels(reports), time: "2026-02-01T00:00:00Z").source)
  }

  init(_ result: StudyResult, path: String = "results/r.json") throws {
    try self.init([ReportData(result, path: path)])
  }

  /// The elements of a name, wherever they are.
  func elements(_ name: String, in parent: XMLElement? = nil) -> [XMLElement] {
    guard let root = parent ?? document.rootElement() else { return [] }
    var found: [XMLElement] = []
    var waiting = [root]
    while let next = waiting.popLast() {
      if next.localName == name { found.append(next) }
      waiting += (next.children ?? []).reversed().compactMap { $0 as? XMLElement }
    }
    return found
  }

  /// The one element with an identifier; nil where there is none, or several.
  func element(id: String) -> XMLElement? {
    let found = allElements.filter { $0["id"] == id }
    return found.count == 1 ? found[0] : nil
  }

  var allElements: [XMLElement] {
    var found: [XMLElement] = []
    var waiting = document.rootElement().map { [$0] } ?? []
    while let next = waiting.popLast() {
      found.append(next)
      waiting += (next.children ?? []).compactMap { $0 as? XMLElement }
    }
    return found
  }

  /// The text of the element with an identifier; empty where there is none.
  func text(id: String) -> String { element(id: id)?.stringValue ?? "" }

  /// All text of the page's body.
  var text: String { elements("main").first?.stringValue ?? "" }
}

extension XMLElement {
  // `attribute(forName:)` finds none where the document has a namespace.
  subscript(attribute: String) -> String? {
    attributes?.first { $0.name == attribute }?.stringValue
  }
}

/// The result files that the repository has, of both schemas.
func resultFiles() throws -> [String] {
  let folder = "\(repository)/results"
  return try FileManager.default.contentsOfDirectory(atPath: folder)
    .filter { $0.hasSuffix(".json") }.map { "\(folder)/\($0)" }
    .filter { path in
      let start = try FileHandle(forReadingFrom: URL(fileURLWithPath: path)).read(upToCount: 200)
      return String(decoding: start ?? Data(), as: UTF8.self).contains("\"skip-search/result/")
    }.sorted()
}

/// The journal that a search with these trials has written.
func journal(_ result: StudyResult, trials: Int, costs: Bool = true) -> String {
  var lines = [JournalHeader(subject: result.subject, settings: result.settings).json]
  if costs, let model = result.costs { lines.append(["cost_model": model.json]) }
  lines += result.trials.prefix(trials).map(\.json)
  return lines.map { $0.compact + "\n" }.joined()
}
