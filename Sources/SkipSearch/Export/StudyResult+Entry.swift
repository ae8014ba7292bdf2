import DraftEvaluation
import Files

extension StudyResult {
  /// A draft of the result, by its rank.
  ///
  /// - Parameters:
  ///   - rank: as `sets` has it; nil for the best.
  ///   - file: the result's, for errors.
  /// - Throws: `unusable` where there is no such rank, or nothing beats plain decoding and no rank
  ///   is given.
  public func entry(rank: Int?, file: String) throws(InputError) -> ResultEntry {
    let known =
      sets.isEmpty
      ? "this search measured no set"
      : "it has the ranks \(sets.map { "\($0.rank)" }.joined(separator: ", "))"
    guard let rank else {
      if let best { return best }
      throw InputError(
        file: file, field: "best",
        "this search found no set that beats plain decoding"
          + (sets.isEmpty ? "" : "; choose one with --rank, \(known)"))
    }
    guard let entry = sets.first(where: { $0.rank == rank }) else {
      throw InputError(file: file, field: "sets", "there is no set of rank \(rank); \(known)")
    }
    return entry
  }
}
