import Checkpoints
import Files
import Foundation
import TestSupport
import Testing

@Suite("shards")
struct ShardTests {
  private func withIndex(
    _ change: (JSON) -> JSON, _ body: (String, String) throws -> Void
  ) throws {
    var model = TinyModel()
    model.shardCount = 2
    try withTemporaryDirectory { directory in
      try model.write(to: directory)
      let file = "model.safetensors.index.json"
      let index = try JSONField.read("\(directory)/\(file)").value
      try writeAtomically(change(index).pretty, to: "\(directory)/\(file)")
      try body(directory, file)
    }
  }

  private func withEntry(_ name: String, in shard: JSON) -> (JSON) -> JSON {
    { index in index.setting("weight_map", index["weight_map"]?.setting(name, shard)) }
  }

  @Test(
    "an index may name plain files of the directory only",
    arguments: [
      "../model.safetensors", "/etc/passwd", "sub/model.safetensors", "..", ".", "", "config.json",
      "a\u{0}.safetensors",
    ])
  func escaping(shard: String) throws {
    try withIndex(withEntry("model.norm.weight", in: .string(shard))) { directory, file in
      expectRefused(
        directory, file: file, field: "weight_map.model.norm.weight", "in the same directory")
    }
  }

  @Test("a shard that is not there, or does not hold what the index says")
  func wrongShard() throws {
    try withIndex(withEntry("model.norm.weight", in: "model-3.safetensors")) { directory, file in
      expectRefused(
        directory, kind: .missing, file: "model-3.safetensors", field: nil,
        "\(directory)/\(file) needs it", "weight_map.model.norm.weight")
    }
    // The writer deals tensors out in turn, and this one is the twentieth.
    let other = JSON.string(TinyModel.shardName(0, of: 2))
    try withIndex(withEntry("model.norm.weight", in: other)) { directory, file in
      expectRefused(
        directory, file: file, field: "weight_map.model.norm.weight", "does not hold this tensor")
    }
    try withIndex(withEntry("model.norm.weight", in: 1)) { directory, file in
      expectRefused(
        directory, file: file, field: "weight_map.model.norm.weight", "expected a string")
    }
  }

  @Test("an index without a map, and a corrupt shard")
  func index() throws {
    try withIndex({ $0.setting("weight_map", nil) }) { directory, file in
      expectRefused(directory, file: file, field: "weight_map", "missing")
    }
    try withIndex({ $0.setting("weight_map", [:]) }) { directory, _ in
      let error = #expect(throws: InputError.self) { try Checkpoint(directory: directory) }
      #expect(error?.problem.contains("tensors are missing") == true)
    }
    try withIndex({ $0 }) { directory, _ in
      let shard = TinyModel.shardName(1, of: 2)
      try writeBytes([1, 2, 3], to: "\(directory)/\(shard)")
      expectRefused(directory, file: shard, field: "header length", "3 bytes")
    }
  }

  @Test("a single file wins over an index beside it, as in Hugging Face's library, with a warning")
  func both() throws {
    try withIndex({ $0 }) { directory, _ in
      let model = TinyModel()
      try writeBytes(safetensors(model.tensors), to: "\(directory)/model.safetensors")
      let warnings = try Checkpoint(directory: directory).warnings
      #expect(warnings.count == 1)
      #expect(
        warnings.first?.hasPrefix("\(directory)/model.safetensors.index.json: not used") == true)
    }
  }

  @Test("a complete series without an index is read, an incomplete one named")
  func withoutIndex() throws {
    try withIndex({ $0 }) { directory, file in
      try FileManager.default.removeItem(atPath: "\(directory)/\(file)")
      let warnings = try Checkpoint(directory: directory).warnings
      #expect(warnings.count == 1 && warnings[0].contains(TinyModel.shardName(1, of: 2)))
      try FileManager.default.removeItem(atPath: "\(directory)/\(TinyModel.shardName(0, of: 2))")
      expectRefused(
        directory, kind: .missing, file: file, field: nil, TinyModel.shardName(1, of: 2))
    }
  }

  @Test(
    "one file of any name is read",
    arguments: [
      "weights.safetensors", "model-00001-of-00001.safetensors", "diffusion.safetensors",
    ])
  func unusualName(name: String) throws {
    try withTemporaryDirectory { directory in
      let model = TinyModel()
      try model.write(to: directory)
      try FileManager.default.moveItem(
        atPath: "\(directory)/model.safetensors", toPath: "\(directory)/\(name)")
      let warnings = try Checkpoint(directory: directory).warnings
      #expect(warnings.count == 1 && warnings[0].contains(name))
    }
  }
}
