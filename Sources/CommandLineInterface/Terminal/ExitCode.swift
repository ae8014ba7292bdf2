/// What the process ends with; documented in the README.
enum ExitCode: Int32 {
  /// Done; also when no skip set helps, which is said.
  case done = 0
  /// Something else went wrong at run time.
  case runTime = 1
  /// `ask` has nothing more to try: the study is finished.
  case finished = 3
  /// `ask` has nothing to try before others tell what they were asked to try.
  case pending = 4
  /// The command line cannot be understood.
  case usage = 64
  /// A model, prompts or skip set that cannot be used.
  case unusable = 65
  /// A file that is not there.
  case missing = 66
  /// Disk full, no permission.
  case inputOutput = 74
  /// Interrupted; what was found is saved.
  case interrupted = 130
  /// Nobody reads standard output any more; as shells say of programs that SIGPIPE ended.
  case closedOutput = 141
}
