import Checkpoints
import Files
import TestSupport
import Testing

private let query = "model.layers.0.self_attn.q_proj.weight"
private let key = "model.layers.0.self_attn.k_proj.weight"
private let norm = "model.norm.weight"

@Suite("corrupt safetensors are refused in one sentence that names file and tensor")
struct RefusedWeightsTests {
  /// Writes a tiny model whose weights file is what `make` returns.
  private func withWeights(
    _ model: TinyModel = TinyModel(), _ make: ([SafetensorsTensor]) -> [UInt8],
    _ body: (String) throws -> Void
  ) throws {
    try withTemporaryDirectory { directory in
      try model.write(to: directory)
      try writeBytes(make(model.tensors), to: "\(directory)/model.safetensors")
      try body(directory)
    }
  }

  /// The same with one tensor's entry in the header bent.
  private func withEntry(
    _ name: String, _ bend: @escaping (JSON) -> JSON, field: String, _ words: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try withWeights { tensors in
      let header = safetensorsHeader(tensors)
      return safetensors(tensors, header: header.setting(name, header[name].map(bend)))
    } _: {
      expectRefused(
        $0, file: "model.safetensors", field: field, words, sourceLocation: sourceLocation)
    }
  }

  /// The same with some tensors changed before the file is written.
  private func withTensors(
    _ change: @escaping (inout [SafetensorsTensor]) -> Void, field: String?, _ words: String...,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try withWeights { tensors in
      var tensors = tensors
      change(&tensors)
      return safetensors(tensors)
    } _: { directory in
      for word in words {
        expectRefused(
          directory, file: "model.safetensors", field: field, word, sourceLocation: sourceLocation)
      }
    }
  }

  private func length(_ number: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }

  @Test("a file that ends within the header's length, or is empty")
  func tooShort() throws {
    try withWeights { _ in
      []
    } _: {
      expectRefused($0, file: "model.safetensors", field: nil, "the file is empty")
    }
    try withWeights {
      Array(safetensors($0).prefix(5))
    } _: {
      expectRefused($0, file: "model.safetensors", field: "header length", "5 bytes")
    }
  }

  @Test(
    "a header length beyond the file, whatever its size",
    arguments: [UInt64(1) << 20, 1 << 40, .max, .max - 7, 1 << 63])
  func headerLength(number: UInt64) throws {
    try withWeights {
      length(number) + safetensors($0).dropFirst(8)
    } _: {
      expectRefused($0, file: "model.safetensors", field: "header length", "\(number) bytes")
    }
  }

  @Test("a header longer than any model needs")
  func hugeHeader() throws {
    let count = 17 << 20
    try withWeights { _ in
      length(UInt64(count)) + [UInt8](repeating: 0x20, count: count)
    } _: {
      expectRefused($0, file: "model.safetensors", field: "header length", "allowed")
    }
  }

  @Test("a file cut off anywhere", arguments: [9, 100, 2000, -1, -500])
  func truncated(count: Int) throws {
    try withWeights { tensors in
      let bytes = safetensors(tensors)
      return Array(count > 0 ? bytes.prefix(count) : bytes.dropLast(-count))
    } _: { directory in
      let error = #expect(throws: InputError.self) { try Checkpoint(directory: directory) }
      #expect(error?.file == "\(directory)/model.safetensors")
      #expect(error?.problem.contains("download it again") == true)
    }
  }

  @Test("a header that is no JSON object", arguments: ["{\"a\":", "[]", "\u{1}", "{}x"])
  func headerText(text: String) throws {
    try withWeights { _ in
      length(UInt64(text.utf8.count)) + Array(text.utf8)
    } _: { directory in
      let error = #expect(throws: InputError.self) { try Checkpoint(directory: directory) }
      #expect(error?.file == "\(directory)/model.safetensors")
      #expect(error?.field?.hasPrefix("header") == true)
    }
  }

  @Test("offsets that are negative, reversed, outside, too many, or no numbers")
  func offsets() throws {
    func bad(_ offsets: JSON, _ field: String, _ words: String) throws {
      try withEntry(query, { $0.setting("data_offsets", offsets) }, field: field, words)
    }
    let field = "\(query).data_offsets"
    try bad([-2, 510], "\(field)[0]", "found -2")
    try bad([2048, 1536], field, "does not lie within")
    try bad([0, .integer(1 << 40)], field, "does not lie within")
    try bad([.integer(.max), .integer(.max)], field, "does not lie within")
    try bad([0], field, "expected two offsets, found 1")
    try bad([0, 1, 2], field, "expected two offsets, found 3")
    try bad(["0", "512"], "\(field)[0]", "expected an integer")
    try bad([0.5, 512], "\(field)[0]", "expected an integer")
    try bad("0-512", field, "expected an array")
    try withEntry(query, { $0.setting("data_offsets", nil) }, field: field, "missing")
  }

  @Test("data that overlaps, leaves holes, or belongs to nobody")
  func coverage() throws {
    // Entries of equal size that lie on each other, and leave the second's place empty.
    let tensors = TinyModel().tensors
    let offsets = safetensorsHeader(tensors)["model.layers.0.mlp.gate_proj.weight"]?["data_offsets"]
    try withEntry(
      "model.layers.0.mlp.up_proj.weight", { $0.setting("data_offsets", offsets) },
      field: "model.layers.0.mlp.up_proj.weight.data_offsets",
      "overlaps the data of model.layers.0.mlp.gate_proj.weight")
    try withWeights { tensors in
      safetensors(tensors, header: safetensorsHeader(tensors).setting(query, nil))
    } _: {
      expectRefused(
        $0, file: "model.safetensors", field: "\(key).data_offsets", "leaves a hole of 512 bytes")
    }
    try withWeights {
      safetensors($0) + [0, 0, 0]
    } _: {
      expectRefused($0, file: "model.safetensors", field: "header", "last 3 bytes")
    }
  }

  @Test("sizes that do not fit the bytes, or any computer")
  func sizes() throws {
    func bad(_ shape: JSON, _ field: String, _ words: String) throws {
      try withEntry(query, { $0.setting("shape", shape) }, field: field, words)
    }
    try bad([16, 17], query, "BF16 of shape [16, 17] needs 544 bytes, but data_offsets give 512")
    try bad([], query, "needs 2 bytes")
    try bad([.integer(1 << 62), 4], "\(query).shape", "overflows")
    try bad([16, -16], "\(query).shape[1]", "found -16")
    try bad([16, "16"], "\(query).shape[1]", "expected an integer")
    try bad(.null, "\(query).shape", "missing")
    try withEntry(query, { $0.setting("dtype", nil) }, field: "\(query).dtype", "missing")
    try withEntry(query, { $0.setting("dtype", 3) }, field: "\(query).dtype", "expected a string")
    try withEntry(query, { _ in 7 }, field: query, "expected an object")
  }

  @Test("a tensor listed twice")
  func duplicate() throws {
    try withTensors({ $0.append($0[0]) }, field: "model.embed_tokens.weight", "twice")
  }

  @Test("types that are not computed with, and types nobody knows")
  func types() throws {
    try withTensors(
      { tensors in
        let index = tensors.firstIndex { $0.name == norm } ?? 0
        tensors[index].type = "F64"
        tensors[index].bytes += [UInt8](repeating: 0, count: 6 * 16)
      }, field: norm, "the element type F64", "BF16, F16 and F32 are supported")
    try withEntry(query, { $0.setting("dtype", "Q4_K") }, field: query, "the element type Q4_K")
  }

  @Test("a shape that config.json does not say, with the fields it comes from")
  func shapes() throws {
    func reshape(_ name: String, _ shape: [Int]) -> (inout [SafetensorsTensor]) -> Void {
      { tensors in
        let index = tensors.firstIndex { $0.name == name } ?? 0
        tensors[index].shape = shape
        tensors[index].bytes = [UInt8](repeating: 0, count: shape.reduce(2, *))
      }
    }
    try withTensors(
      reshape(key, [4, 16]), field: key, "[4, 16]", "[8, 16]",
      "num_key_value_heads 2 × head_dim 4, hidden_size 16")
    try withTensors(
      reshape("lm_head.weight", [33, 16]), field: "lm_head.weight", "vocab_size 32, hidden_size 16")
    try withTensors(reshape(norm, [1, 16]), field: norm, "[1, 16]", "[16]", "hidden_size 16")
    try withTensors(reshape(norm, [0]), field: norm, "[0]")
  }

  @Test("config.json of a far larger model costs nothing")
  func hugeConfiguration() throws {
    let model = TinyModel()
    try withTemporaryDirectory { directory in
      try model.write(to: directory)
      let size = JSON.integer(1 << 24)
      let config = model.configuration.setting("hidden_size", size)
        .setting("intermediate_size", size).setting("vocab_size", size)
        .setting("num_attention_heads", 65536).setting("num_key_value_heads", 65536)
        .setting("head_dim", 65536)
      try model.writeConfiguration(config, to: directory)
      expectRefused(
        directory, file: "model.safetensors", field: "model.embed_tokens.weight", "[32, 16]",
        "[16777216, 16777216]")
    }
  }
}
