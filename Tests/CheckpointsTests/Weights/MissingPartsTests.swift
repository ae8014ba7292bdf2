import Checkpoints
import Files
import Foundation
import TestSupport
import Testing

@Suite("missing parts of a model directory")
struct MissingPartsTests {
  private func withModel(
    _ change: (inout TinyModel) -> Void = { _ in }, _ body: (String, TinyModel) throws -> Void
  ) throws {
    var model = TinyModel()
    change(&model)
    try withTemporaryDirectory { directory in
      try model.write(to: directory)
      try body(directory, model)
    }
  }

  private func remove(_ path: String) throws { try FileManager.default.removeItem(atPath: path) }

  @Test("a directory that is not there, or is a file")
  func directory() throws {
    try withModel { directory, _ in
      expectRefused(
        "\(directory)/nowhere", kind: .missing, file: "", field: nil, "no such directory")
      expectRefused("\(directory)/config.json", file: "", field: nil, "this is a file")
      expectRefused("", kind: .missing, file: "", field: nil, "no such directory")
    }
  }

  @Test("no config.json")
  func config() throws {
    try withModel { directory, _ in
      try remove("\(directory)/config.json")
      expectRefused(directory, kind: .missing, file: "config.json", field: nil, "no such file")
    }
  }

  @Test("no weights, or weights of another format")
  func otherFormats() throws {
    try withModel { directory, _ in
      try remove("\(directory)/model.safetensors")
      expectRefused(
        directory, kind: .missing, file: "model.safetensors", field: nil,
        "nor model.safetensors.index.json")
      try writeBytes([1], to: "\(directory)/pytorch_model.bin")
      expectRefused(directory, file: "pytorch_model.bin", field: nil, "save_pretrained")
      try writeBytes([1], to: "\(directory)/model-Q4_K_M.gguf")
      expectRefused(
        directory, file: "model-Q4_K_M.gguf", field: nil, "GGUF", "safetensors is needed")
    }
  }

  @Test("an optional file that is a link to nothing is left out, with a warning")
  func brokenLinks() throws {
    try withModel { directory, _ in
      for name in ["generation_config.json", "tokenizer_config.json"] {
        try FileManager.default.createSymbolicLink(
          atPath: "\(directory)/\(name)", withDestinationPath: "../blobs/0123")
      }
      let warnings = try Checkpoint(directory: directory).warnings
      #expect(warnings.count == 2)
      #expect(warnings.allSatisfy { $0.contains("a link to a file that is not there") })
      try remove("\(directory)/model.safetensors")
      try FileManager.default.createSymbolicLink(
        atPath: "\(directory)/model.safetensors", withDestinationPath: "../blobs/4567")
      expectRefused(
        directory, kind: .missing, file: "model.safetensors", field: nil, "download the model")
    }
  }

  @Test("weights that somebody writes into while they are in use are noticed, in any shard")
  func changedWeights() throws {
    try withModel({ $0.shardCount = 3 }) { directory, model in
      let checkpoint = try Checkpoint(directory: directory)
      try checkpoint.checkUnchanged()
      // The same bytes in the same file.
      let path = "\(directory)/model-00002-of-00003.safetensors"
      let bytes = try readFile(path)
      let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
      try file.write(contentsOf: bytes)
      try file.close()
      let error = #expect(throws: InputError.self) { try checkpoint.checkUnchanged() }
      #expect(error?.kind == .inputOutput && error?.file == path)
    }
  }

  @Test("a directory in the place of a file")
  func directoryAsFile() throws {
    try withModel { directory, _ in
      try remove("\(directory)/model.safetensors")
      try createDirectory("\(directory)/model.safetensors")
      expectRefused(directory, file: "model.safetensors", field: nil, "this is a directory")
    }
  }

  @Test("an adapter, with or without the config.json of its base model")
  func adapter() throws {
    try withModel { directory, _ in
      try remove("\(directory)/model.safetensors")
      try writeAtomically(
        "{\"base_model_name_or_path\": \"some/base\"}", to: "\(directory)/adapter_config.json")
      try writeBytes([1], to: "\(directory)/adapter_model.safetensors")
      for _ in 0..<2 {
        expectRefused(
          directory, file: "adapter_config.json", field: nil, "adapter", "some/base", "merge")
        try? remove("\(directory)/config.json")
      }
    }
  }

  @Test("a Git LFS pointer in the place of a file")
  func pointer() throws {
    try withModel { directory, _ in
      let text = """
        version https://git-lfs.github.com/spec/v1
        oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393
        size 12345
        """
      for name in ["model.safetensors", "config.json"] {
        try writeAtomically(text, to: "\(directory)/\(name)")
        expectRefused(directory, file: name, field: nil, "git lfs pull")
      }
    }
  }

  @Test("a link to nothing is named; of an optional file it is a warning")
  func danglingLinks() throws {
    try withModel { directory, _ in
      let link = "\(directory)/generation_config.json"
      try? remove(link)
      try FileManager.default.createSymbolicLink(
        atPath: link, withDestinationPath: "\(directory)/nowhere")
      let checkpoint = try Checkpoint(directory: directory)
      #expect(checkpoint.warnings.contains { $0.contains(link) })
    }
    for name in ["model.safetensors", "config.json"] {
      try withModel { directory, _ in
        try? remove("\(directory)/\(name)")
        try FileManager.default.createSymbolicLink(
          atPath: "\(directory)/\(name)", withDestinationPath: "\(directory)/nowhere")
        expectRefused(directory, kind: .missing, file: name, field: nil, "a link")
      }
    }
  }

  @Test("a path that only a shell or the Hub understands")
  func hints() {
    for (path, words) in [
      ("~/models/x", "$HOME"), ("someone/some-model", "hf download someone/some-model"),
    ] {
      let error = #expect(throws: InputError.self) { try Checkpoint(directory: path) }
      #expect(error?.kind == .missing && error?.problem.contains(words) == true)
    }
    // Too long for the system: not as if it were not there.
    let long = "/" + String(repeating: "x", count: 300)
    let error = #expect(throws: InputError.self) { try Checkpoint(directory: long) }
    #expect(error?.kind == .inputOutput)
  }

  @Test("all missing tensors in one error, a long list cut short")
  func missingTensors() throws {
    try withModel { directory, model in
      let names = ["model.layers.1.mlp.up_proj.weight", "model.norm.weight"]
      try model.writeWeights(model.tensors.filter { !names.contains($0.name) }, to: directory)
      let error = #expect(throws: InputError.self) { try Checkpoint(directory: directory) }
      #expect(error?.problem.contains("2 tensors are missing") == true)
      for name in names { #expect(error?.problem.contains(name) == true) }
      try model.writeConfiguration(
        model.configuration.setting("num_hidden_layers", 10_000), to: directory)
      let long = #expect(throws: InputError.self) { try Checkpoint(directory: directory) }
      #expect(long?.problem.contains(" more") == true)
      #expect((long?.problem.utf8.count ?? .max) < 2000)
    }
  }

  @Test("no head, and no word of tying")
  func head() throws {
    try withModel { directory, model in
      try model.writeWeights(model.tensors.filter { $0.name != "lm_head.weight" }, to: directory)
      let error = #expect(throws: InputError.self) { try Checkpoint(directory: directory) }
      #expect(error?.problem.contains("lm_head.weight") == true)
      #expect(error?.problem.contains("tie_word_embeddings") == true)
    }
  }

  @Test("a tied model may hold its head too, if it is the embedding")
  func writtenOutHead() throws {
    try withModel {
      $0.tiesWordEmbeddings = true
    } _: { directory, model in
      var head = model.tensors[0]
      head.name = "lm_head.weight"
      try model.writeWeights(model.tensors + [head], to: directory)
      let checkpoint = try Checkpoint(directory: directory)
      #expect(checkpoint.warnings.isEmpty)
      #expect(checkpoint.head.name == "model.embed_tokens.weight")
      head.bytes[100] ^= 1
      try model.writeWeights(model.tensors + [head], to: directory)
      expectRefused(
        directory, file: "model.safetensors", field: "lm_head.weight", "differs",
        "tie_word_embeddings")
    }
  }

  @Test("tensors that nothing uses are a warning, and inv_freq is not even that")
  func unused() throws {
    try withModel { directory, model in
      let extra = ["model.layers.0.self_attn.rotary_emb.inv_freq", "score.weight"].map {
        SafetensorsTensor(name: $0, type: "F64", shape: [1], bytes: [UInt8](repeating: 0, count: 8))
      }
      try model.writeWeights(model.tensors + extra, to: directory)
      let warnings = try Checkpoint(directory: directory).warnings
      #expect(warnings == ["\(directory): 1 tensor is not used by the model: score.weight"])
    }
  }
}
