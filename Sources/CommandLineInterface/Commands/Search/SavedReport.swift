import Files
import Report
import SkipSearch

/// The page of a result, beside it. A result is not lost for want of one: where it cannot be
/// written, a message says so.
struct SavedReport {
  let path: String

  init?(_ result: StudyResult, beside resultPath: String) {
    path = StudyReport.path(beside: resultPath)
    do throws(InputError) {
      try writeAtomically(StudyReport(result, path: resultPath).html(), to: path)
    } catch {
      message(
        "Warning: the report was not written (\(error)); make it with: "
          + "\(Invocation.current.words) report \(quoted(resultPath))")
      return nil
    }
  }
}
