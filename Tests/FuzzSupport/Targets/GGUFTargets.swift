import Checkpoints
import Files
import Foundation
import TestSupport
import Tokenizers

/// Models in GGUF files, and their tokenizers.
func ggufTargets() throws -> [FuzzTarget] {
  let folder = fixture("gguf")
  let families = try FileManager.default.contentsOfDirectory(atPath: folder).sorted().filter {
    // The others are as large and have nothing that these have not.
    $0.hasSuffix(".gguf") && !["bf16", "blocks", "f32", "mixed", "q8_0"].contains($0.dropLast(5))
  }
  let small = [false, true].map(GGUFSeeds.model)
  return try [
    FuzzTarget("gguf", .gguf, seeds: small) { bytes, directory in
      try useModel(bytes, "\(directory)/model.gguf")
    },
    FuzzTarget(
      "gguf-families", .gguf, seeds: try families.map { try readFile("\(folder)/\($0)") }
    ) { bytes, directory in
      // Their tokenizers are stubs.
      let path = "\(directory)/model.gguf"
      try writeBytes(bytes, to: path)
      try use(try Checkpoint(path: path))
    },
    FuzzTarget(
      "gguf-tokenizer", .gguf,
      seeds: [
        GGUFSeeds.tokenizer(isByteLevel: false), GGUFSeeds.tokenizer(isByteLevel: true),
        GGUFSeeds.tokenizer(isByteLevel: true, pre: "tekken"),
      ]
    ) { bytes, directory in
      let path = "\(directory)/model.gguf"
      try writeBytes(bytes, to: path)
      try use(try Tokenizer(path: path))
    },
  ]
}

/// A file's model decodes, and its tokenizer encodes, whether or not the other is right.
private func useModel(_ bytes: [UInt8], _ path: String) throws {
  try writeBytes(bytes, to: path)
  do {
    try use(try Tokenizer(path: path))
  } catch {
    try use(try Checkpoint(path: path))
    throw error
  }
  try use(try Checkpoint(path: path))
}
