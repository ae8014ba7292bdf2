import Files
import Foundation
import Inference

/// A conversation's course on a terminal.
final class ChatTerminal {
  private let session: ChatSession
  private var settings: ChatSettings
  private let reader = MessageReader(
    STDIN_FILENO, isInterrupted: { Interruption.isPressed })
  private let output = StandardOutput()

  init(session: ChatSession, settings: ChatSettings) {
    self.session = session
    self.settings = settings
  }

  /// Until Ctrl-D, `/exit`, or Ctrl-C twice at the prompt.
  func run() throws {
    Interruption.converse()
    var wasInterrupted = false
    while true {
      _ = Interruption.takePress()
      try? writeAll("> ", to: STDERR_FILENO, name: "standard error")
      switch reader.next() {
      case .end:
        message("")
        return
      case .interrupted:
        message("")
        if Interruption.isRequested { throw Interrupted() }
        guard Interruption.takePress() else { continue }
        if wasInterrupted { throw Interrupted() }
        wasInterrupted = true
        message("Ctrl-C once more, Ctrl-D or /exit ends the conversation.")
        continue
      case .cut:
        message(
          "A line of more than 4095 bytes is more than a terminal takes: break it into several, or "
            + "put the conversation into a file for --chat.")
      case .text(let text):
        guard try follow(ChatLine(text.trimmingCharacters(in: .whitespacesAndNewlines))) else {
          return
        }
      }
      wasInterrupted = false
      if Interruption.isRequested { throw Interrupted() }
    }
  }

  /// - Returns: whether the conversation goes on.
  private func follow(_ line: ChatLine) throws -> Bool {
    switch line {
    case .message(""): break
    case .message(let text): try answer(text)
    case .help:
      for (name, help) in ChatLine.commands {
        let words = help.split(separator: " ").map(String.init)
        let width = Terminal.width(STDERR_FILENO) - 1
        for line in wrapped(words, lead: leftAligned("  " + name, 20), indent: 20, width: width) {
          message(line)
        }
      }
    case .reset:
      session.reset()
      message("All messages are forgotten.")
    case .exit: return false
    case .set(nil, _): message(settings.summary)
    case .set(let name?, let value):
      do throws(UsageError) {
        try settings.set(name, to: value)
        session.system = settings.system
      } catch {
        message(error.message)
      }
    case .unknown(let command): message(ChatLine.hint(about: command))
    }
    return true
  }

  private func answer(_ text: String) throws {
    let sink = OutputSink { [output] piece throws(InputError) in try output.write(piece) }
    let answer: ChatSession.Answer
    do {
      answer = try session.answer(
        text, maximumTokens: settings.options.maximumTokens, sampling: settings.sampling,
        ignoringEndOfText: settings.options.ignoresEndOfText,
        measuresSpeedup: settings.options.isVerbose,
        isCancelled: { Interruption.isPressed || sink.error != nil }, write: sink.write)
    } catch let error as InputError where error.kind == .unusable {
      // A template that does not take the message, or a message that is too long.
      message("Error: \(error)")
      return
    }
    sink.write("\n")
    if let error = sink.error { throw error }
    for remark in remarks(on: answer) { message(remark) }
    message("")
  }

  /// What somebody should know about an answer.
  private func remarks(on answer: ChatSession.Answer) -> [String] {
    var remarks: [String] = []
    if answer.forgotten > 0 {
      remarks.append(
        "(The context of \(session.capacity) tokens is full: the oldest \(answer.forgotten) "
          + "messages were forgotten; /reset forgets all.)")
    }
    switch answer.generation.finish {
    case .length:
      remarks.append(
        "(Stopped after \(settings.options.maximumTokens) tokens; /set max-tokens changes that.)")
    case .contextFull:
      remarks.append("(Stopped: the context is full; /reset begins anew.)")
    case .interrupted: remarks.append("(Stopped.)")
    case .endOfText: break
    }
    if settings.options.isVerbose {
      remarks.append("(\(ChatFigures(answer).line))")
    }
    return remarks
  }
}
