import Files
import Foundation
import GGUF
import TestSupport
import Testing

@Suite("A model in several GGUF files")
struct GGUFPiecesTests {
  /// The keys of llama-gguf-split, and a tensor of its own.
  private static func piece(_ number: UInt32, of count: UInt32) -> GGUFBuilder {
    var file = GGUFBuilder()
    file.metadata = [
      ("split.no", .uint32(number - 1)), ("split.count", .uint32(count)),
      ("split.tensors.count", .uint32(count)),
    ]
    file.tensors = [.init("tensor \(number)", 0, [4], Array(repeating: 0, count: 16))]
    return file
  }

  private static func name(_ number: Int) -> String { "model-0000\(number)-of-00003.gguf" }

  private func write(to directory: String, _ change: (Int, inout GGUFBuilder) -> Void = { _, _ in })
    throws
  {
    for number in 1...3 {
      var file = Self.piece(UInt32(number), of: 3)
      change(number, &file)
      _ = try file.write(to: directory, Self.name(number))
    }
  }

  private func refused(_ path: String, _ file: String, _ words: String...) {
    do {
      _ = try GGUFPieces(path)
      Issue.record("opened")
    } catch {
      #expect(error.file.hasSuffix(file), "\(error)")
      for word in words { #expect(error.problem.contains(word), "\(error)") }
    }
  }

  @Test("is named by any of them or by their directory, and has the tensors of all")
  func read() throws {
    try withTemporaryDirectory { directory in
      try write(to: directory)
      let first = "\(directory)/\(Self.name(1))"
      for path in [directory, first, "\(directory)/\(Self.name(3))"] {
        #expect(try ModelLocation(path) == .gguf(first))
      }
      for number in 1...3 {
        let pieces = try GGUFPieces("\(directory)/\(Self.name(number))")
        #expect(pieces.path == first)
        #expect(pieces.files.flatMap(\.tensors).map(\.name) == (1...3).map { "tensor \($0)" })
      }
      _ = try Self.piece(1, of: 1).write(to: directory, "other.gguf")
      #expect(throws: InputError.self) { _ = try ModelLocation(directory) }
    }
  }

  @Test("of which some are missing is refused, with their names")
  func missing() throws {
    try withTemporaryDirectory { directory in
      try write(to: directory)
      let files = FileManager.default
      try files.removeItem(atPath: "\(directory)/\(Self.name(1))")
      guard case .gguf(let path) = try ModelLocation(directory) else {
        Issue.record("no file")
        return
      }
      refused(path, Self.name(2), "this one is missing", Self.name(1))
      try files.removeItem(atPath: "\(directory)/\(Self.name(3))")
      refused(path, Self.name(2), "2 are missing", Self.name(1), Self.name(3), "same directory")
    }
  }

  @Test("that do not belong together is refused")
  func foreign() throws {
    try withTemporaryDirectory { directory in
      let first = "\(directory)/\(Self.name(1))"
      try write(to: directory) { number, file in
        if number == 2 { file.metadata[0].value = .uint32(2) }
      }
      refused(first, Self.name(2), "piece 3 of 3", "2 of 3")
      try write(to: directory) { number, file in
        if number == 3 { file.metadata[1].value = .uint32(4) }
      }
      refused(first, Self.name(3), "piece 3 of 4")
      try write(to: directory) { number, file in
        if number == 3 { file.metadata.remove(at: 0) }
      }
      refused(first, Self.name(3), "missing")
      try write(to: directory) { number, file in
        if number == 3 { file.tensors[0].name = "tensor 1" }
      }
      refused(first, Self.name(3), "another piece")
      try write(to: directory) { number, file in
        if number == 1 { file.metadata[2].value = .uint32(4) }
      }
      refused(first, Self.name(1), "4 tensors", "have 3")
      try write(to: directory)
      let renamed = "\(directory)/renamed.gguf"
      try FileManager.default.moveItem(atPath: first, toPath: renamed)
      refused(renamed, "renamed.gguf", "3 files", "not called", "-00001-of-00003.gguf")
    }
  }

  @Test("has names of one form")
  func names() {
    let piece = PieceName("a/b-00002-of-00005.gguf")
    #expect(piece?.stem == "a/b" && piece?.number == 2 && piece?.count == 5)
    #expect(piece?.sibling(4) == "a/b-00004-of-00005.gguf")
    for name in [
      "b.gguf", "b-00006-of-00005.gguf", "b-00000-of-00005.gguf", "b-2-of-5.gguf",
      "b-00002-of-00005.bin", "00002-of-00005.gguf", "b-0000a-of-00005.gguf", "-of-.gguf",
      "b-00001-of-00000.gguf", "b-+0001-of-00002.gguf",
    ] { #expect(PieceName(name) == nil, "\(name)") }
  }
}
