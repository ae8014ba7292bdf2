import Files
import Foundation
import Inference

/// A command that runs beside this program, in a process group of its own, and is spoken to in
/// lines through its standard input and output.
///
/// Nothing here waits without asking whether to go on: all three pipes are read and written as they
/// are ready, so that a child that writes a lot of errors, or does not read, holds up nobody.
final class ChildProcess {
  /// Why there is no answer.
  enum Failure: Error, Hashable {
    /// The system refused to start it.
    case cannotStart(String)
    /// It ended: how, as a part of a sentence.
    case ended(String)
    /// It runs on, but has closed its standard output.
    case closedOutput
    /// It did not answer in time.
    case timedOut
    /// It wrote a line of more bytes than this.
    case tooLong(Int)
    /// It was not waited for any longer.
    case interrupted
  }

  /// The most bytes of a line on standard output: more than any answer has, and little memory.
  static let longestLine = 64 << 20
  /// Seconds between a request to end and the end by force.
  static let grace = 5.0

  /// `si_code` of a process that exited: `CLD_EXITED`.
  private static let exited: Int32 = 1

  let identifier: pid_t
  /// Lines of its standard error; their last says best why it ended.
  var errors: ErrorLines
  var input: Int32
  let output: Int32
  let error: Int32
  /// What is still to be written.
  var pending: [UInt8] = []
  var received = LineBuffer(limit: ChildProcess.longestLine)
  var outputHasEnded = false
  var errorHasEnded = false
  private var hasBeenReaped = false

  /// Runs a command line by `/bin/sh`.
  ///
  /// - Parameter log: called with each line of standard error.
  init(_ command: String, log: @escaping (String) -> Void) throws(Failure) {
    let input = try Self.pipe()
    let output = try Self.pipe()
    let error = try Self.pipe()
    defer { for end in [input.read, output.write, error.write] { close(end) } }
    errors = ErrorLines(log)
    self.input = input.write
    self.output = output.read
    self.error = error.read
    do throws(Failure) {
      identifier = try Self.spawn(
        command, input: input.read, output: output.write, error: error.write)
    } catch {
      for end in [input.write, output.read, self.error] { close(end) }
      throw error
    }
    for end in [self.input, self.output, self.error] {
      _ = fcntl(end, F_SETFL, fcntl(end, F_GETFL) | O_NONBLOCK)
    }
  }

  deinit {
    end(grace: 0)
    close(output)
    close(error)
  }

  /// Both ends of a pipe, which no other child inherits.
  private static func pipe() throws(Failure) -> (read: Int32, write: Int32) {
    var ends: [Int32] = [0, 0]
    guard Foundation.pipe(&ends) == 0 else { throw .cannotStart(systemError(errno)) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }

  private static func spawn(
    _ command: String, input: Int32, output: Int32, error: Int32
  ) throws(Failure) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (end, standard) in [
      (input, STDIN_FILENO), (output, STDOUT_FILENO), (error, STDERR_FILENO),
    ] { posix_spawn_file_actions_adddup2(&actions, end, standard) }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // A group of its own: Ctrl-C is this program's to handle, and what the shell starts ends with
    // it.
    posix_spawnattr_setpgroup(&attributes, 0)
    // What this program ignores would stay ignored there.
    var defaults = sigset_t()
    sigemptyset(&defaults)
    for signal in [SIGPIPE, SIGXFSZ] { sigaddset(&defaults, signal) }
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP) | Int16(POSIX_SPAWN_SETSIGDEF))
    let words = ["/bin/sh", "-c", command]
    let environment = ProcessInfo.processInfo.environment.map { "\($0.key)=\($0.value)" }
    var arguments = words.map { strdup($0) } + [nil]
    var variables = environment.map { strdup($0) } + [nil]
    defer { for text in arguments + variables { free(text) } }
    var identifier: pid_t = 0
    let code = posix_spawn(
      &identifier, words[0], &actions, &attributes, &arguments, &variables)
    guard code == 0 else { throw .cannotStart(systemError(code)) }
    return identifier
  }

  // MARK: Ending

  /// How it ended, as a part of a sentence; nil while it runs.
  func ending(within seconds: Double) -> String? {
    let clock = Stopwatch()
    repeat {
      var information = siginfo_t()
      // It stays in the process table, so that its group's number is nobody else's yet.
      let code = waitid(P_PID, id_t(identifier), &information, WEXITED | WNOHANG | WNOWAIT)
      if code == 0, information.si_signo == SIGCHLD {
        let status = information._sifields._sigchld.si_status
        return information.si_code == Self.exited
          ? "ended with exit code \(status)" : "was ended by signal \(status)"
      }
      if code != 0, errno != EINTR { return "ended" }
      guard clock.seconds < seconds else { return nil }
      pump(milliseconds: 10)
    } while true
  }

  /// Ends it: by closing its input, then by SIGTERM, at last by SIGKILL, each with its processes.
  ///
  /// - Parameter patience: seconds that it has to end by itself.
  func end(after patience: Double = 0, grace: Double = ChildProcess.grace) {
    guard !hasBeenReaped else { return }
    closeInput()
    if ending(within: patience) == nil {
      kill(-identifier, SIGTERM)
      _ = ending(within: grace)
    }
    kill(-identifier, SIGKILL)
    var status: Int32 = 0
    while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
    hasBeenReaped = true
  }

  /// Tells it that nothing more comes.
  func closeInput() {
    guard input >= 0 else { return }
    close(input)
    input = -1
    pending = []
  }
}
