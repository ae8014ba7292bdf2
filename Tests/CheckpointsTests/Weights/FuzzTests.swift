import Checkpoints
import Files
import Foundation
import TestSupport
import Testing

/// Whatever the bytes: a model, or an error about one of the directory's files; never a trap. Each
/// iteration's damage follows from a seed.
@Suite("random damage never traps")
struct FuzzTests {
  @Test("in the safetensors header")
  func header() throws {
    var random = SplitMix64(seed: 1)
    try withTemporaryDirectory { directory in
      let model = TinyModel()
      try model.write(to: directory)
      let file = "\(directory)/model.safetensors"
      let original = try readFile(file)
      let headerEnd = 8 + safetensorsHeader(model.tensors).compact.utf8.count
      var loaded = 0
      for _ in 0..<3000 {
        let bytes = damaged(original, headerEnd, &random)
        try writeBytes(bytes, to: file)
        if loads(directory) { loaded += 1 }
      }
      // Damage in names of metadata loads, nearly everything else must not.
      #expect(loaded < 300)
    }
  }

  @Test("in config.json and generation_config.json")
  func configuration() throws {
    var random = SplitMix64(seed: 2)
    try withTemporaryDirectory { directory in
      var model = TinyModel()
      model.rope = .yarn
      model.generationEndOfTextIDs = [2, 3]
      try model.write(to: directory)
      var loaded = 0
      for file in ["config.json", "generation_config.json"] {
        let original = try readFile("\(directory)/\(file)")
        for _ in 0..<1500 {
          let bytes = damaged(original, original.count, &random)
          try writeBytes(bytes, to: "\(directory)/\(file)")
          if loads(directory) { loaded += 1 }
        }
        try writeBytes(original, to: "\(directory)/\(file)")
      }
      #expect(loaded > 0 && loaded < 3000)
    }
  }

  @Test("values of config.json replaced by others of any type")
  func values() throws {
    var random = SplitMix64(seed: 3)
    let others: [JSON] = [
      .null, true, 0, -1, 1, 3, 65536, .integer(.max), .integer(.min), 0.5, 1e308, -1e-308, "", "x",
      [], [.integer(.max)], [:], ["rope_type": "yarn", "factor": 1e-300],
      ["rope_type": "yarn", "factor": 1e-300, "original_max_position_embeddings": 1],
      ["rope_type": "llama3", "factor": 1e15, "low_freq_factor": 1e-300, "high_freq_factor": 1e15],
    ]
    try withTemporaryDirectory { directory in
      let model = TinyModel()
      try model.write(to: directory)
      guard case .object(let members) = model.configuration else { return }
      for _ in 0..<3000 {
        var config = model.configuration
        for _ in 0...Int.random(in: 0...2, using: &random) {
          let key = members.randomElement(using: &random)?.key ?? ""
          config = config.setting(key, others.randomElement(using: &random))
        }
        try writeBytes(Array(config.compact.utf8), to: "\(directory)/config.json")
        _ = loads(directory)
      }
    }
  }

  private func loads(_ directory: String) -> Bool {
    do {
      let checkpoint = try Checkpoint(directory: directory)
      // Touches the first and last byte of every tensor.
      return checkpoint.fingerprint.count == 16
    } catch {
      #expect(error.file.hasPrefix(directory))
      #expect(!error.problem.isEmpty)
      return false
    }
  }

  /// Some flipped bits, replaced, removed or doubled bytes before `end`, or a cut anywhere.
  private func damaged(_ bytes: [UInt8], _ end: Int, _ random: inout SplitMix64) -> [UInt8] {
    var bytes = bytes
    for _ in 0...Int.random(in: 0...2, using: &random) {
      let index = Int.random(in: 0..<end, using: &random)
      guard index < bytes.count else { continue }
      switch Int.random(in: 0..<6, using: &random) {
      case 0: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 1: bytes[index] = UInt8.random(in: 0...255, using: &random)
      case 2: bytes[index] = Array("0123456789-{}[]\",:eE".utf8).randomElement(using: &random) ?? 0
      case 3: bytes.remove(at: index)
      case 4: bytes.insert(bytes[index], at: index)
      default: bytes.removeLast(Int.random(in: 0...bytes.count, using: &random))
      }
    }
    return bytes
  }
}
