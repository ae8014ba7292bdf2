/// A command line that cannot be understood: exit code 64.
struct UsageError: Error, Equatable {
  /// What is wrong, without a final full stop where an option's name ends it.
  let message: String
  /// The command whose usage to show.
  let command: String?

  init(_ message: String, command: String? = nil) {
    self.message = message
    self.command = command
  }
}
