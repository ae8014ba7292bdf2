import Files
import Foundation
import Inference

extension ChildProcess {
  /// Sends a line, and waits for the next one that comes.
  ///
  /// - Parameters:
  ///   - seconds: how long to wait.
  ///   - stop: asked again and again meanwhile.
  /// - Returns: the line without its end.
  func answer(
    to line: String?, within seconds: Double, until stop: StopSignal
  ) throws(Failure) -> [UInt8] {
    if let line { pending += Array(line.utf8) + [UInt8(ascii: "\n")] }
    let clock = Stopwatch()
    while true {
      if let line = received.next() { return line }
      if received.isTooLong { throw .tooLong(Self.longestLine) }
      if outputHasEnded {
        // Its last words may still be on their way; what it left behind may go on with its own.
        guard let ending = ending(within: 1) else { throw .closedOutput }
        let words = Stopwatch()
        while !errorHasEnded, words.seconds < 1, pump(milliseconds: 20) {}
        errors.flush()
        throw .ended(ending)
      }
      if stop.isRaised { throw .interrupted }
      if clock.seconds > seconds { throw .timedOut }
      pump(milliseconds: 50)
    }
  }

  /// Moves what is ready to be moved, once; waits for it where nothing is.
  ///
  /// - Returns: whether anything was.
  @discardableResult
  func pump(milliseconds: Int32) -> Bool {
    var polled: [pollfd] = []
    if !outputHasEnded { polled.append(pollfd(fd: output, events: Int16(POLLIN), revents: 0)) }
    if !errorHasEnded { polled.append(pollfd(fd: error, events: Int16(POLLIN), revents: 0)) }
    if input >= 0, !pending.isEmpty {
      polled.append(pollfd(fd: input, events: Int16(POLLOUT), revents: 0))
    }
    guard !polled.isEmpty else {
      usleep(UInt32(milliseconds) * 1000)
      return false
    }
    guard poll(&polled, nfds_t(polled.count), milliseconds) > 0 else { return false }
    for entry in polled where entry.revents != 0 {
      switch entry.fd {
      case output: outputHasEnded = !read(output) { if !received.isTooLong { received.append($0) } }
      case error: errorHasEnded = !read(error) { errors.append($0) }
      default: write()
      }
    }
    return true
  }

  /// Reads what is there, some of it; false at the end.
  private func read(_ descriptor: Int32, _ take: (ArraySlice<UInt8>) -> Void) -> Bool {
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    let count = Foundation.read(descriptor, &chunk, chunk.count)
    if count > 0 { take(chunk[..<count]) }
    return count > 0 || count < 0 && (errno == EINTR || errno == EAGAIN)
  }

  private func write() {
    // A child that reads no more must not end this process, whatever that does about the signal.
    let (count, code) = withoutPipeSignal {
      pending.withUnsafeBytes { Foundation.write(input, $0.baseAddress, $0.count) }
    }
    if count > 0 {
      pending.removeFirst(count)
    } else if count < 0, code != EINTR, code != EAGAIN {
      // Nobody reads there any more. Whether it ended or only stopped listening, its output says.
      closeInput()
    }
  }
}

/// What `body` returns, and its error number, without SIGPIPE for this process.
private func withoutPipeSignal(_ body: () -> Int) -> (result: Int, code: Int32) {
  var signals = sigset_t()
  sigemptyset(&signals)
  sigaddset(&signals, SIGPIPE)
  var before = sigset_t()
  pthread_sigmask(SIG_BLOCK, &signals, &before)
  defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
  let result = body()
  let code = errno
  if result < 0, code == EPIPE {
    // The signal waits for this thread; taken here, it is nobody's.
    var now = timespec()
    while sigtimedwait(&signals, nil, &now) < 0, errno == EINTR {}
  }
  return (result, code)
}
