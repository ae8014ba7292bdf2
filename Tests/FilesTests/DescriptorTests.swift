import Files
import Foundation
import Testing

@Suite("Open files")
struct DescriptorTests {
  @Test("all of a text arrives, however long, in the order written")
  func pipe() throws {
    let pipe = Pipe()
    let text = (0..<40_000).map { "zeile \($0) é\n" }.joined()
    let descriptor = pipe.fileHandleForWriting.fileDescriptor
    let reader = pipe.fileHandleForReading
    // Longer than a pipe holds: the writer waits for the reader.
    let thread = Thread {
      try? writeAll(text, to: descriptor, name: "the pipe")
      try? writeAll("", to: descriptor, name: "the pipe")
      try? pipe.fileHandleForWriting.close()
    }
    thread.start()
    #expect(reader.readDataToEndOfFile() == Data(text.utf8))
  }

  @Test("a full disk is an error that names the file", .enabled(if: fileExists("/dev/full")))
  func fullDisk() throws {
    let descriptor = open("/dev/full", O_WRONLY)
    defer { close(descriptor) }
    let error = #expect(throws: InputError.self) {
      try writeAll("x", to: descriptor, name: "standard output")
    }
    #expect(error?.kind == .inputOutput && error?.file == "standard output")
    #expect(error?.problem.hasPrefix("cannot write: ") == true)
  }
}
