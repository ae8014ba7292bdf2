import Files
import Foundation
import GGUF
import TestSupport
import Testing

@Suite("A GGUF file")
struct GGUFFileTests {
  /// A file with a value of each kind and two tensors.
  static var sample: GGUFBuilder {
    var file = GGUFBuilder()
    file.metadata = [
      ("general.architecture", .string("llama")), ("count", .uint32(7)),
      ("scale", .float32(1.5)), ("flag", .bool(true)), ("names", .strings(["a", "", "ü"])),
      ("numbers", .integers([1, -2])), ("floats", .floats([0.5, 0.25])),
    ]
    file.tensors = [
      .init("one", 0, [4, 2, 1], Array(repeating: 0, count: 32)),
      .init("two", 8, [32, 3], Array(repeating: 1, count: 102)),
    ]
    return file
  }

  private func refused(_ file: GGUFBuilder, _ field: String, _ words: String...) throws {
    try withTemporaryDirectory { directory in
      let path = try file.write(to: directory)
      do {
        _ = try GGUFFile(path)
        Issue.record("opened")
      } catch let error as InputError {
        #expect(error.file == path && error.field == field, "\(error)")
        for word in words { #expect(error.problem.contains(word), "\(error)") }
      }
    }
  }

  @Test("is read with its metadata and tensors, in versions 2 and 3", arguments: [2, 3])
  func read(version: UInt32) throws {
    try withTemporaryDirectory { directory in
      var sample = Self.sample
      sample.version = version
      let file = try GGUFFile(try sample.write(to: directory))
      #expect(try file.metadata["count"]?.integer(in: 0...9) == 7)
      #expect(try file.metadata["scale"]?.positive() == 1.5)
      #expect(try file.metadata["flag"]?.bool() == true)
      #expect(try file.metadata["names"]?.strings() == ["a", "", "ü"].map { Array($0.utf8) })
      #expect(try file.metadata["numbers"]?.numbers() == [1, -2])
      #expect(try file.metadata["floats"]?.numbers() == [0.5, 0.25])
      #expect(file.metadata["other"] == nil)
      #expect(file.tensors.map(\.name) == ["one", "two"])
      // Outermost first, without sizes of one at the end of what the file says.
      #expect(file.tensors.map(\.shape) == [[2, 4], [3, 32]])
      #expect(file.tensors[1].type.name == "Q8_0" && file.tensors[1].range.count == 102)
      #expect(file.file.bytes[file.tensors[1].range].allSatisfy { $0 == 1 })
    }
  }

  @Test("of another kind or version is refused")
  func versions() throws {
    var file = Self.sample
    file.magic = "GGML"
    try refused(file, "header", "GGUF")
    file = Self.sample
    file.version = 1
    try refused(file, "version", "version 1")
    file.version = 4
    try refused(file, "version", "version 4")
    file.version = UInt32(3).byteSwapped
    try refused(file, "version", "big-endian")
  }

  @Test("with absurd counts, sizes or offsets is refused")
  func absurd() throws {
    var file = Self.sample
    file.tensorCount = .max
    try refused(file, "tensor count")
    file = Self.sample
    file.metadataCount = 1 << 40
    try refused(file, "metadata count")
    file = Self.sample
    file.tensors[1].sizes = [32, 1 << 40, 1 << 40]
    try refused(file, "two", "overflows")
    file.tensors[1].sizes = [32, 4]
    try refused(file, "two", "truncated")
    file.tensors[1].sizes = [31, 3]
    try refused(file, "two", "blocks of 32")
    file.tensors[1].sizes = [0, 3]
    try refused(file, "two", "no elements")
    file.tensors[1].sizes = [1, 1, 1, 1, 1]
    try refused(file, "two", "dimensions")
    file = Self.sample
    file.tensors[1].offset = 0
    try refused(file, "two.offset", "overlaps")
    file.tensors[1].offset = 33
    try refused(file, "two", "alignment")
    file.tensors[1].offset = .max - 31
    try refused(file, "two")
    file = Self.sample
    file.tensors[1].type = 99
    try refused(file, "two", "unknown type 99")
    file = Self.sample
    file.tensors[1].name = "one"
    try refused(file, "one", "two tensors")
    for alignment: UInt32 in [0, 3, 1 << 30] {
      file = Self.sample
      file.metadata.append(("general.alignment", .uint32(alignment)))
      try refused(file, "general.alignment")
    }
  }

  @Test("with metadata that no model needs, or twice, is refused")
  func metadata() throws {
    var file = Self.sample
    file.metadata.append(("count", .uint32(1)))
    try refused(file, "count", "twice")
    file = Self.sample
    // An array of arrays; a type that there is not; strings that are longer than the file.
    file.metadata.append(("nested", .raw(9, [9, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0])))
    try refused(file, "nested", "array of arrays")
    file.metadata[7] = ("odd", .raw(77, []))
    try refused(file, "odd", "77")
    file.metadata[7] = ("long", .raw(8, [255, 255, 255, 255, 255, 255, 255, 127]))
    try refused(file, "long", "truncated")
    file.metadata[7] = ("many", .raw(9, [8, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 0]))
    try refused(file, "many", "do not fit")
  }

  @Test("cut anywhere, or with any byte changed, is refused or read, and nothing else happens")
  func damaged() throws {
    let bytes = Self.sample.bytes
    try withTemporaryDirectory { directory in
      let path = "\(directory)/model.gguf"
      for count in 1..<bytes.count {
        try Data(bytes[..<count]).write(to: URL(fileURLWithPath: path))
        #expect(throws: InputError.self) { _ = try GGUFFile(path) }
      }
      var random = SplitMix64(seed: 5)
      for _ in 0..<3000 {
        var changed = bytes
        for _ in 0..<Int.random(in: 1...3, using: &random) {
          changed[Int.random(in: 0..<bytes.count, using: &random)] =
            [0, 1, 127, 128, 255, .random(in: 0...255, using: &random)]
            .randomElement(using: &random) ?? 0
        }
        try Data(changed).write(to: URL(fileURLWithPath: path))
        guard let file = try? GGUFFile(path) else { continue }
        for tensor in file.tensors { #expect(tensor.range.upperBound <= changed.count) }
        for key in ["names", "numbers", "floats"] {
          _ = try? file.metadata[key]?.strings()
          _ = try? file.metadata[key]?.numbers()
        }
      }
    }
  }

  @Test("is what a path names, or the only one in a directory without safetensors")
  func location() throws {
    try withTemporaryDirectory { directory in
      #expect(try ModelLocation(directory) == .directory(directory))
      let path = try Self.sample.write(to: directory)
      #expect(try ModelLocation(path) == .gguf(path))
      #expect(try ModelLocation(directory) == .gguf(path))
      _ = try Self.sample.write(to: directory, "other.gguf")
      #expect(throws: InputError.self) { _ = try ModelLocation(directory) }
      // Safetensors come first; config.json alone says nothing, for files of both kinds have one.
      for (name, isHuggingFace) in [("config.json", false), ("model.safetensors", true)] {
        try Data("{}".utf8).write(to: URL(fileURLWithPath: "\(directory)/\(name)"))
        #expect((try? ModelLocation(directory)) == (isHuggingFace ? .directory(directory) : nil))
      }
      #expect(throws: InputError.self) { _ = try ModelLocation("\(directory)/none.gguf") }
    }
  }
}
