import Checkpoints
import Files
import Foundation
import Inference
import TestSupport

/// The files of a model's directory that say what it is, and its weights.
func checkpointTargets() throws -> [FuzzTarget] {
  let models = try goldenConfigurations()
  var tiny = TinyModel()
  tiny.layerCount = 1
  let plain = tiny
  tiny.shardCount = 3
  let sharded = tiny
  var other = plain
  (other.type, other.tiesWordEmbeddings, other.attentionBias) = (.f32, true, true)
  return try [
    FuzzTarget("json", .json, seeds: models) { bytes, _ in
      let value = try JSON(parsing: bytes, file: "case", as: .python)
      _ = try JSON(parsing: Array(value.compact.utf8), file: "case")
      _ = value.pretty
    },
    FuzzTarget("config", .json, seeds: models) { bytes, directory in
      try writeBytes(bytes, to: "\(directory)/config.json")
      try run(try ModelConfiguration(directory: directory))
    },
    FuzzTarget("generation-config", .json, seeds: generationSeeds) { bytes, directory in
      try once(directory) { try plain.write(to: directory) }
      try writeBytes(bytes, to: "\(directory)/generation_config.json")
      let configuration = try ModelConfiguration(directory: directory)
      try run(configuration)
    },
    FuzzTarget(
      "safetensors", .safetensors, seeds: [plain, other].map { safetensors($0.tensors) }
    ) { bytes, directory in
      try once(directory) { try plain.write(to: directory) }
      try writeBytes(bytes, to: "\(directory)/model.safetensors")
      try use(try Checkpoint(directory: directory))
    },
    FuzzTarget("index", .json, seeds: [try index(of: sharded)]) { bytes, directory in
      try once(directory) { try sharded.write(to: directory) }
      try writeBytes(bytes, to: "\(directory)/model.safetensors.index.json")
      try use(try Checkpoint(directory: directory))
    },
  ]
}

private let generationSeeds: [[UInt8]] = [
  #"{"bos_token_id": 1, "eos_token_id": [2, 3], "do_sample": true, "temperature": 0.6,"#
    + #" "top_k": 40, "top_p": 0.95, "min_p": 0.05, "repetition_penalty": 1.1}"#,
  #"{"eos_token_id": 2, "pad_token_id": 0, "max_length": 4096, "typical_p": 0.9}"#,
].map { Array($0.utf8) }

/// The `config.json` of a model of every architecture.
private func goldenConfigurations() throws -> [[UInt8]] {
  let folder = fixture("golden/models")
  return try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map {
    try readFile("\(folder)/\($0)/config.json")
  }
}

private func index(of model: TinyModel) throws -> [UInt8] {
  try withTemporaryDirectory { directory in
    try model.write(to: directory)
    return try readFile("\(directory)/model.safetensors.index.json")
  }
}

/// Prepares a directory before its first case.
func once(_ directory: String, _ prepare: () throws -> Void) throws {
  let mark = "\(directory)/.prepared"
  guard !fileExists(mark) else { return }
  try prepare()
  try writeBytes([1], to: mark)
}

/// One pass of a random model of a shape, where that is small: what a configuration says is used.
private func run(_ configuration: ModelConfiguration) throws {
  let c = configuration
  let sizes = [c.hiddenSize, c.intermediateSize, c.headCount * c.headDimension, c.vocabularySize]
  guard c.layerCount <= 8, sizes.allSatisfy({ $0 <= 512 }) else { return }
  try use(try Checkpoint(random: configuration, type: .bf16, seed: 1))
}

/// A few tokens of a model, chosen as its file says, and drafted by a part of it.
func use(_ checkpoint: Checkpoint) throws {
  _ = checkpoint.fingerprint
  let model = LanguageModel(checkpoint, threads: 1)
  let c = checkpoint.configuration
  let generator = Generator(model: model, contextLength: 12)
  let ids = (0..<4).map { $0 % c.vocabularySize }
  let draft = Draft(
    model: DraftModel(skip: SkipSet(attention: [0], mlp: []), weights: .uniform(.fourBits)),
    stop: StopRule(maximum: 2, criterion: .fixed))
  _ = try generator.generate(prompt: ids, maximumTokens: 4, draft: draft)
}
