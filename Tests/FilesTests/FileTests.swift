import Foundation
import TestSupport
import Testing

@testable import Files

@Suite("Files")
struct FileTests {
  @Test("a file that is missing, a directory, or not readable says so")
  func reading() throws {
    try withTemporaryDirectory { directory in
      #expect(throws: InputError(.missing, file: "\(directory)/x", "there is no such file")) {
        try readFile("\(directory)/x")
      }
      #expect(
        throws: InputError(file: directory, "this is a directory; a file was expected")
      ) {
        try readFile(directory)
      }
      try writeAtomically("12345", to: "\(directory)/x")
      #expect(try readFile("\(directory)/x") == Array("12345".utf8))
      #expect(throws: InputError.self) { try readFile("\(directory)/x", limit: 4) }
      try Data([0xFF]).write(to: URL(fileURLWithPath: "\(directory)/y"))
      #expect(throws: InputError(file: "\(directory)/y", "the file is not valid UTF-8 text")) {
        try readText("\(directory)/y")
      }
      try Data().write(to: URL(fileURLWithPath: "\(directory)/z"))
      #expect(throws: InputError(file: "\(directory)/z", "the file is empty")) {
        try MappedFile("\(directory)/z")
      }
      let mapped = try MappedFile("\(directory)/x")
      withExtendedLifetime(mapped) { #expect(Array(mapped.bytes) == Array("12345".utf8)) }
    }
  }

  @Test("a FIFO, a device and a socket are refused at once; a shell's own pipe is read")
  func otherKinds() throws {
    try withTemporaryDirectory { directory in
      let path = "\(directory)/fifo"
      #expect(mkfifo(path, 0o600) == 0)
      let problem = "this is a pipe; a file was expected"
      #expect(throws: InputError(file: path, problem)) { try readFile(path) }
      #expect(throws: InputError(file: path, problem)) { try MappedFile(path) }
      let unread = InputError(.inputOutput, file: path, "cannot write: nobody reads from it")
      #expect(throws: unread) { try AppendingFile(creating: path) }
      let device = "this is a device; a file was expected"
      #expect(throws: InputError(file: "/dev/zero", device)) { try readFile("/dev/zero") }
      var ends: [Int32] = [0, 0]
      #expect(pipe(&ends) == 0)
      try writeAll("piped", to: ends[1], name: "pipe")
      close(ends[1])
      let own = "/dev/fd/\(ends[0])"
      #expect(throws: InputError(file: own, problem)) { try MappedFile(own) }
      #expect(try readFile(own) == Array("piped".utf8))
      close(ends[0])
    }
  }

  @Test("a mapped file that somebody writes into is noticed, one that is replaced is not touched")
  func changes() throws {
    try withTemporaryDirectory { directory in
      let path = "\(directory)/weights"
      try writeAtomically("12345", to: path)
      let mapped = try MappedFile(path)
      try mapped.checkUnchanged()
      try writeAtomically("other", to: path)
      try mapped.checkUnchanged()
      withExtendedLifetime(mapped) { #expect(Array(mapped.bytes) == Array("12345".utf8)) }
      let second = try MappedFile(path)
      let file = try AppendingFile(appendingTo: path)
      try file.append("x")
      let error = #expect(throws: InputError.self) { try second.checkUnchanged() }
      #expect(error?.kind == .inputOutput)
    }
  }

  @Test("a new file is created once; where there is none, nothing is appended to")
  func creating() throws {
    try withTemporaryDirectory { directory in
      let path = "\(directory)/journal"
      #expect {
        try AppendingFile(appendingTo: path)
      } throws: { ($0 as? InputError)?.kind == .missing }
      let (first, second) = (try AppendingFile.createNew(path), try AppendingFile.createNew(path))
      #expect(first != nil && second == nil)
      #expect(throws: InputError.self) { try AppendingFile.createNew("\(path)/x") }
      #expect {
        try createDirectory("\(path)/x/y")
      } throws: { ($0 as? InputError)?.problem.contains("\(path) is no directory") ?? false }
    }
  }

  @Test("an atomic write replaces the whole file and leaves nothing beside it")
  func atomicWriting() throws {
    try withTemporaryDirectory { directory in
      let path = "\(directory)/result.json"
      try writeAtomically("a long first content", to: path)
      try writeAtomically("second", to: path)
      #expect(try readText(path) == "second")
      #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["result.json"])
      #expect {
        try writeAtomically("x", to: "\(directory)/none/result.json")
      } throws: { error in
        (error as? InputError)?.kind == .inputOutput
      }
    }
  }

  @Test("what is written to a device goes there, and does not replace it")
  func device() throws {
    try withTemporaryDirectory { directory in
      // A link, so that no device is lost where this fails.
      let link = "\(directory)/null"
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "/dev/null")
      try writeAtomically("gone", to: link)
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "/dev/null")
    }
  }

  @Test("a full disk is an I/O error, not silence", .enabled(if: fileExists("/dev/full")))
  func fullDisk() throws {
    let file = try AppendingFile(appendingTo: "/dev/full")
    #expect {
      try file.append("x")
    } throws: { error in
      guard let error = error as? InputError else { return false }
      return error.kind == .inputOutput && error.problem.contains("No space left")
    }
  }

  @Test("appending keeps what is there")
  func appending() throws {
    try withTemporaryDirectory { directory in
      let path = "\(directory)/journal"
      try AppendingFile(creating: path).append("one\n")
      try AppendingFile(appendingTo: path).append("two\n")
      #expect(try readText(path) == "one\ntwo\n")
    }
  }
}
