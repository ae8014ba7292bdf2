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
