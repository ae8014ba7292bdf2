import Files

extension Objective: JSONRecord {
  /// `objective` of a trial.
  package static func record(
    _ member: JSONMembers<Objective>
  ) throws(InputError) -> Objective {
    Objective(
      logSpeedup: try member("log_speedup", \.logSpeedup, .logSpeedup),
      variance: try member("variance", \.variance, .number(in: 0...1e6, of: "a variance")))
  }
}

extension JSONCodec<Double> {
  /// The logarithm of a speedup: that of what was measured lies far within.
  package static var logSpeedup: JSONCodec { number(in: -100...100, of: "a logarithm") }
}
