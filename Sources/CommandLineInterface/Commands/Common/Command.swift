/// One subcommand: its options parsed into a closed value, then run.
protocol Command: Sendable {
  static var description: CommandDescription { get }
  /// Types and checks the options.
  init(_ arguments: Arguments) throws(UsageError)
  /// Does the work; results to standard output, messages to standard error.
  func run() throws
}
