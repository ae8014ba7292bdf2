import Files

extension Racing.Objective: JSONRecord {
  /// `objective` of a trial; its chunks are the evaluation's.
  package static func record(
    _ member: JSONMembers<Racing.Objective>
  ) throws(InputError) -> Racing.Objective {
    Racing.Objective(
      logSpeedup: try member("log_speedup", \.logSpeedup, .number),
      variance: try member("variance", \.variance, .nonnegative))
  }
}
