import Files
import Foundation
import SkipSearch

/// A page to look at, and to share, of one search or of two side by side: what was found, how, and
/// how far it can be trusted.
public struct StudyReport: Sendable {
  private let panels: [Panel]

  /// Reads results or journals, also of a search that runs.
  ///
  /// - Parameter files: one or two paths.
  /// - Throws: where a file is not there, or is neither.
  public init(files: [String]) throws(InputError) {
    precondition((1...2).contains(files.count))
    var reports: [ReportData] = []
    for file in files { reports.append(try ReportData(file: file)) }
    panels = Panel.panels(reports)
  }

  /// The report of a result that lies, or will lie, at `path`.
  public init(_ result: StudyResult, path: String) {
    panels = Panel.panels([ReportData(result, path: path)])
  }

  /// Where the page of a result or journal belongs: beside it, by the same name.
  public static func path(beside file: String) -> String {
    let stem = [".jsonl", ".json"].first { file.hasSuffix($0) }.map { file.dropLast($0.count) }
    return (stem.map(String.init) ?? file) + ".html"
  }

  /// The page: one file that loads nothing.
  ///
  /// - Parameter time: when it is made, which the page of a running search says.
  public func html(madeAt time: Date = .now) -> String {
    ReportPage(panels: panels, time: time.formatted(.iso8601)).source
  }

  /// The key figure for a README: the speedup, what each ingredient gives, and the best draft's
  /// layers; of the first file where there are two.
  public func svg() -> String { KeyFigure(panel: panels[0]).source }
}
