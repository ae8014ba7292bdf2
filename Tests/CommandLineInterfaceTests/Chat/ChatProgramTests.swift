import Files
import Foundation
import TestSupport
import Testing

#if os(Linux)
  /// Conversations with the built program on a pseudo-terminal.
  @Suite("The program's conversations", .serialized)
  struct ChatProgramTests {
    /// A program with a terminal of its own for its input and errors; its output is apart.
    private final class Talk {
      private let process = Process()
      private let terminal: Int32
      private let output = Pipe()
      private(set) var shown = ""

      init(_ arguments: [String]) throws {
        // What posix_openpt, unlockpt and ptsname do, which Glibc's module does not have.
        terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        var number: Int32 = 0
        var lock: Int32 = 0
        let (unlock, getNumber): (UInt, UInt) = (0x4004_5431, 0x8004_5430)
        try #require(
          terminal >= 0 && ioctl(terminal, unlock, &lock) == 0
            && ioctl(terminal, getNumber, &number) == 0)
        let slave = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
        try #require(slave >= 0)
        let handle = FileHandle(fileDescriptor: slave, closeOnDealloc: true)
        process.executableURL = BuiltProgram.url
        process.arguments = arguments
        process.standardInput = handle
        process.standardError = handle
        process.standardOutput = output
        try process.run()
      }

      deinit {
        if process.isRunning { process.terminate() }
        close(terminal)
      }

      func type(_ text: String) { _ = text.withCString { write(terminal, $0, strlen($0)) } }

      /// Waits until the terminal shows something after what was waited for before.
      func wait(for text: String) throws {
        for _ in 0..<600 {
          if let range = unread.range(of: text) {
            unread = String(unread[range.upperBound...])
            return
          }
          var ready = pollfd(fd: terminal, events: Int16(POLLIN), revents: 0)
          guard poll(&ready, 1, 100) > 0 else { continue }
          var buffer = [UInt8](repeating: 0, count: 4096)
          let count = read(terminal, &buffer, buffer.count)
          guard count > 0 else { break }
          let new = String(decoding: buffer[..<count], as: UTF8.self)
          shown += new
          unread += new
        }
        Issue.record("'\(text)' did not come; there was: \(unread)")
        throw CancellationError()
      }

      private var unread = ""

      func interrupt() { kill(process.processIdentifier, SIGINT) }

      /// What standard output had, and the exit code, once it has ended.
      func end() -> (output: String, status: Int32) {
        // What does not end is an issue, and no reason to wait for ever.
        for _ in 0..<1200 where process.isRunning { usleep(50_000) }
        if process.isRunning {
          Issue.record("it does not end; there was: \(shown)")
          kill(process.processIdentifier, SIGKILL)
        }
        let text = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (String(decoding: text, as: UTF8.self), process.terminationStatus)
      }
    }

    private func withModel(_ body: (String) throws -> Void) throws {
      try withTemporaryDirectory { directory in
        try TinyModel.writeTalking(to: "\(directory)/model")
        try body("\(directory)/model")
      }
    }

    /// What a generation alone answers to messages of the user and the answers in between.
    private func alone(_ model: String, _ messages: [String]) throws -> String {
      let path = "\(model)/../messages.json"
      let json = messages.enumerated().map { index, text -> JSON in
        [
          "role": .string(index % 2 == 0 ? "user" : "assistant"), "content": .string(text),
        ]
      }
      try writeAtomically(JSON.array(json).compact, to: path)
      let outcome = try BuiltProgram.run([
        "generate", "-m", model, "--chat", path, "-n", "12", "-q",
      ])
      #expect(outcome.status == 0, "\(outcome.errors)")
      return String(outcome.output.dropLast())
    }

    @Test("answers are those of single generations, pasted lines are one message, settings count")
    func talking() throws {
      try withModel { model in
        let talk = try Talk([
          "generate", "-m", model, "-n", "12", "-v", "--draft-weights", "4", "--lookup", "auto",
        ])
        try talk.wait(for: "> ")
        talk.type("Hello\n")
        try talk.wait(for: "tokens/s")
        try talk.wait(for: "> ")
        talk.type("two lines\nof one message")
        usleep(300_000)
        talk.type("\n")
        try talk.wait(for: "tokens/s")
        try talk.wait(for: "> ")
        talk.type("/set max-tokens 3\n/set\n")
        try talk.wait(for: "greedy, max-tokens 3")
        talk.type("/reset\n")
        try talk.wait(for: "forgotten")
        talk.type("Hello\n")
        try talk.wait(for: "Stopped after 3 tokens")
        try talk.wait(for: "> ")
        talk.type(String(repeating: "long ", count: 1000) + "\n")
        try talk.wait(for: "more than a terminal takes")
        try talk.wait(for: "> ")
        talk.type("/nonsense\n")
        try talk.wait(for: "There is no /nonsense.")
        talk.type("\u{4}")
        let (output, status) = talk.end()
        #expect(status == 0)
        let first = try alone(model, ["Hello"])
        let second = try alone(model, ["Hello", first, "two lines\nof one message"])
        #expect(output.hasPrefix(first + "\n" + second + "\n"))
        #expect(talk.shown.contains("acceptance rate"))
      }
    }

    @Test("Ctrl-C stops an answer and not the program; twice at the prompt it ends it")
    func interruption() throws {
      try withModel { model in
        let talk = try Talk(["generate", "-m", model, "--ignore-eos", "-n", "400"])
        try talk.wait(for: "> ")
        talk.interrupt()
        try talk.wait(for: "once more")
        try talk.wait(for: "> ")
        // A message in between begins the count anew.
        talk.type("/set max-tokens 5\n")
        try talk.wait(for: "> ")
        talk.type("Hello\n")
        try talk.wait(for: "Stopped after 5 tokens")
        try talk.wait(for: "> ")
        talk.interrupt()
        try talk.wait(for: "once more")
        try talk.wait(for: "> ")
        talk.interrupt()
        #expect(talk.end().status == 130)
      }
      // The reference model takes long enough to be stopped on the way.
      let talk = try Talk(["generate", "-m", referenceModel, "--ignore-eos", "-n", "4000"])
      try talk.wait(for: "> ")
      talk.type("Tell me a long story.\n")
      usleep(1_500_000)
      talk.interrupt()
      try talk.wait(for: "(Stopped.)")
      try talk.wait(for: "> ")
      talk.type("/exit\n")
      #expect(talk.end().status == 0)
    }

    @Test("without a terminal, or a template, there is a sentence and no conversation")
    func refusals() throws {
      try withModel { model in
        let piped = try BuiltProgram.run(["generate", "-m", model])
        #expect(piped.status == 64 && piped.errors.contains("needs a terminal"))
        try FileManager.default.removeItem(atPath: "\(model)/tokenizer_config.json")
        let talk = try Talk(["generate", "-m", model])
        try talk.wait(for: "no chat template")
        #expect(talk.end().status == 65)
      }
    }
  }
#endif
