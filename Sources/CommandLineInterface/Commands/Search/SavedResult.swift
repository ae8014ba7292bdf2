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
    let name = (journal.resultPath as NSString).lastPathComponent
    let temporary = (NSTemporaryDirectory() as NSString).appendingPathComponent(name)
    var seen: Set<String> = []
    for place in [journal.resultPath, name, temporary] where seen.insert(place).inserted {
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
}
