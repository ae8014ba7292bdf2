import Files
import Foundation
import SkipSearch

/// A study's result on disk: beside its journal, or where that cannot be written, wherever it can:
/// hours must not be lost to a full disk or a directory that was removed.
struct SavedResult {
  /// Where it is; nil where nothing could be written.
  private(set) var path: String?
  /// Why it is not beside its journal.
  private(set) var error: InputError?

  init(_ result: StudyResult, beside journal: Journal) {
    let wanted = Self.place(of: result, at: journal.resultPath)
    let name = (wanted as NSString).lastPathComponent
    let temporary = (NSTemporaryDirectory() as NSString).appendingPathComponent(name)
    var seen: Set<String> = []
    for place in [wanted, name, temporary] where seen.insert(place).inserted {
      do throws(InputError) {
        try result.write(to: place)
        path = place
      } catch {
        self.error = self.error ?? error
        continue
      }
      break
    }
    guard error != nil else { return }
    error?.problem += path.map { "; the result is in \($0)" } ?? "; the result could not be saved"
  }

  /// Where a result belongs: what an interrupted search found does not replace a complete result.
  private static func place(of result: StudyResult, at path: String) -> String {
    guard result.isInterrupted, let old = try? StudyResult(file: path), !old.isInterrupted else {
      return path
    }
    return (path.hasSuffix(".json") ? String(path.dropLast(5)) : path) + "-interrupted.json"
  }
}
