import Files
import Foundation

extension TinyModel {
  /// Writes `config.json`, the weights, and `generation_config.json` where there is to be one.
  /// The directory must exist.
  public func write(to directory: String) throws {
    try writeConfiguration(configuration, to: directory)
    if let generationConfiguration {
      try writeAtomically(
        generationConfiguration.pretty, to: "\(directory)/generation_config.json")
    }
    try writeWeights(tensors, to: directory)
  }

  /// Writes `config.json` and weights that are all zero, as one file with holes: a model of any
  /// size that takes neither time nor disk. Returns the number of bytes of weights.
  @discardableResult
  public func writeHoles(to directory: String) throws -> Int {
    var end = 0
    let members = shapes.map { name, shape in
      let begin = end
      end += shape.reduce(type == .f32 ? 4 : 2, *)
      return JSON.Member(
        name,
        [
          "dtype": .string(type.rawValue), "shape": JSON(shape),
          "data_offsets": JSON([begin, end]),
        ])
    }
    let header = safetensors([], header: .object(members))
    let path = "\(directory)/model.safetensors"
    try writeBytes(header, to: path)
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try file.truncate(atOffset: UInt64(header.count + end))
    try file.close()
    try writeConfiguration(configuration, to: directory)
    return end
  }

  /// Writes `config.json` with any content.
  public func writeConfiguration(_ content: JSON, to directory: String) throws {
    try writeAtomically(content.pretty, to: "\(directory)/config.json")
  }

  /// Writes any tensors as this model's `shardCount` says.
  public func writeWeights(_ tensors: [SafetensorsTensor], to directory: String) throws {
    guard shardCount > 1 else {
      try writeBytes(safetensors(tensors), to: "\(directory)/model.safetensors")
      return
    }
    var map: [JSON.Member] = []
    for shard in 0..<shardCount {
      let name = Self.shardName(shard, of: shardCount)
      // Dealt out in turn, so that every layer is spread over several files.
      let part = tensors.enumerated().filter { $0.offset % shardCount == shard }.map(\.element)
      try writeBytes(safetensors(part), to: "\(directory)/\(name)")
      map += part.map { JSON.Member($0.name, .string(name)) }
    }
    let index = JSON.object([
      JSON.Member("metadata", .object([])), JSON.Member("weight_map", .object(map)),
    ])
    try writeAtomically(index.pretty, to: "\(directory)/model.safetensors.index.json")
  }

  /// Hugging Face's name of a shard, counted from 0.
  public static func shardName(_ shard: Int, of count: Int) -> String {
    func digits(_ number: Int) -> String { String(String(100_000 + number).dropFirst()) }
    return "model-\(digits(shard + 1))-of-\(digits(count)).safetensors"
  }
}

/// Writes bytes to a file that need not exist.
public func writeBytes(_ bytes: [UInt8], to path: String) throws {
  try Data(bytes).write(to: URL(fileURLWithPath: path))
}
