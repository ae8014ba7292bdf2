import Foundation

/// Messages typed or pasted at a terminal, whose own line editing is used. What is pasted is one
/// message, however many lines it has: what arrives within a moment belongs together.
final class MessageReader {
  enum Input: Equatable {
    /// Lines, joined; or one line that is a command.
    case text(String)
    /// A line that the terminal has cut, as it does with those of more than 4095 bytes.
    case cut
    /// A signal came while nothing was there.
    case interrupted
    /// Ctrl-D, or the terminal is gone.
    case end
  }

  private let descriptor: Int32
  /// Whether somebody does not want to wait for a message any longer.
  private let isInterrupted: () -> Bool
  /// Lines that were read but not handed out.
  private var lines: [String] = []

  init(_ descriptor: Int32, isInterrupted: @escaping () -> Bool) {
    self.descriptor = descriptor
    self.isInterrupted = isInterrupted
  }

  /// Waits for the next message.
  func next() -> Input {
    if lines.isEmpty {
      switch input() {
      case .text(let text): lines = text.components(separatedBy: "\n")
      case let other: return other
      }
    }
    // A command stands alone, also where it was typed ahead while the model wrote.
    if ChatLine.isCommand(lines[0]) { return .text(lines.removeFirst()) }
    let count = lines.firstIndex { ChatLine.isCommand($0) } ?? lines.count
    defer { lines.removeFirst(count) }
    return .text(lines[..<count].joined(separator: "\n"))
  }

  /// All lines that are there at once, the last without its newline.
  private func input() -> Input {
    var bytes: [UInt8] = []
    repeat {
      guard isReady() else { return .interrupted }
      var buffer = [UInt8](repeating: 0, count: 4096)
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { return .interrupted }
      // Ctrl-D after some text hands this over without a newline.
      guard count > 0 else {
        if bytes.isEmpty { return .end }
        break
      }
      bytes += buffer[..<count]
      let isCut = count == buffer.count
      // The end of what was pasted may lack its newline: the terminal keeps it for the user to go on
      // with, unless it is taken from there. Then it counts as typed, until a newline comes.
      bytes += waiting()
      if isCut { return .cut }
    } while bytes.last != UInt8(ascii: "\n")
    if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
    return .text(String(decoding: bytes, as: UTF8.self))
  }

  /// Waits for a line. A signal between asking and waiting would not be noticed before the next
  /// line: so it asks four times a second.
  private func isReady() -> Bool {
    var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    while !isInterrupted() {
      if poll(&ready, 1, 250) > 0 { return true }
    }
    return false
  }

  /// What comes within a moment, whole lines or not.
  private func waiting() -> [UInt8] {
    var old = termios()
    guard tcgetattr(descriptor, &old) == 0 else { return [] }
    var immediate = old
    immediate.c_lflag &= ~tcflag_t(ICANON)
    withUnsafeMutableBytes(of: &immediate.c_cc) { characters in
      characters[Int(VMIN)] = 0
      characters[Int(VTIME)] = 0
    }
    guard tcsetattr(descriptor, TCSANOW, &immediate) == 0 else { return [] }
    defer { tcsetattr(descriptor, TCSANOW, &old) }
    var bytes: [UInt8] = []
    var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    while poll(&ready, 1, 40) > 0 {
      var buffer = [UInt8](repeating: 0, count: 4096)
      let count = read(descriptor, &buffer, buffer.count)
      guard count > 0 else { break }
      bytes += buffer[..<count]
    }
    return bytes
  }
}
