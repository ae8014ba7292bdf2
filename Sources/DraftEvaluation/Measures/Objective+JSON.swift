import Files

extension Objective: JSONRecord {
  /// `objective` of a trial.
  package static func record(
    _ member: JSONMembers<Objective>
  ) throws(InputError) -> Objective {
    Objective(
      logSpeedup: try member("log_speedup", \.logSpeedup, .number),
      variance: try member("variance", \.variance, .nonnegative))
  }
}
