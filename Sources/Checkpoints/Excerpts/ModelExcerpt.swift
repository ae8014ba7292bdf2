import Files
import Foundation

/// Some of a model's layers as a model of its own, that transformers, vLLM and llama.cpp's converter
/// take: a Hugging Face directory with the layers renumbered, and everything else as it was.
public struct ModelExcerpt {
  private let source: ModelDirectory
  private let store: TensorStore
  private let configuration: JSON
  /// The number that each kept layer gets, by its number in the model.
  private let numbers: [Int: Int]

  /// Files of a model that are neither configuration nor weights.
  private static let companions = [
    "generation_config.json", "tokenizer.json", "tokenizer_config.json",
    "special_tokens_map.json", "added_tokens.json", "vocab.json", "merges.txt", "tokenizer.model",
    "chat_template.jinja", "chat_template.json",
  ]

  /// Reads what a model consists of, its weights not yet.
  ///
  /// - Parameters:
  ///   - directory: the model's.
  ///   - layers: those to keep, ascending, at least one.
  /// - Throws: where the model cannot be used, or lacks one of the layers.
  public init(of directory: String, keeping layers: [Int]) throws(InputError) {
    let whole = try ModelConfiguration(directory: directory)
    precondition(zip(layers, layers.dropFirst()).allSatisfy { $0 < $1 } && !layers.isEmpty)
    guard let last = layers.last, layers[0] >= 0, last < whole.layerCount else {
      throw InputError(
        file: directory, field: "num_hidden_layers",
        "the model has the layers 0 to \(whole.layerCount - 1)")
    }
    source = try ModelDirectory(directory)
    store = try TensorStore(directory: directory, part: nil)
    let root = try JSONField.read(source.file("config.json"))
    configuration = ExcerptConfiguration(of: whole, keeping: layers).json(root.value)
    numbers = Dictionary(uniqueKeysWithValues: layers.enumerated().map { ($1, $0) })
  }

  /// Writes the directory, which must not be there yet or be empty. Weights are copied from file to
  /// file; config.json comes last, so that a part of a model is not taken for one.
  ///
  /// - Throws: `unusable` where there is something already, `inputOutput`.
  public func write(to directory: String) throws(InputError) {
    let present = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    guard present.isEmpty else {
      throw InputError(file: directory, "there is something in it already; give a new directory")
    }
    try createDirectory(directory)
    try writeWeights(to: "\(directory)/model.safetensors")
    for name in Self.companions where try source.has(name) {
      let file = try StreamedFile("\(directory)/\(name)")
      try file.append(try readFile(source.file(name)))
      try file.finish()
    }
    try writeAtomically(configuration.pretty, to: "\(directory)/config.json")
  }

  private func writeWeights(to path: String) throws(InputError) {
    let tensors = store.inOrder.compactMap { tensor in
      renumbered(tensor.name).map { (name: $0, tensor: tensor) }
    }
    var end = 0
    var members = [JSON.Member("__metadata__", ["format": "pt"])]
    for (name, tensor) in tensors {
      let offsets = [end, end + tensor.bytes.count]
      end = offsets[1]
      members.append(
        JSON.Member(
          name,
          [
            "dtype": .string(tensor.type), "shape": JSON(tensor.shape),
            "data_offsets": JSON(offsets),
          ]))
    }
    var header = Array(JSON.object(members).compact.utf8)
    header += [UInt8](repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8)
    let file = try StreamedFile(path)
    try file.append(withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) })
    try file.append(header)
    for (_, tensor) in tensors { try file.append(tensor.bytes) }
    for mapped in store.mapped { try mapped.checkUnchanged() }
    try file.finish()
  }

  /// The name of a tensor in the excerpt; nil where its layer is left out.
  private func renumbered(_ name: String) -> String? {
    var parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    let isText = !parts.contains { $0.contains("vision") || $0.contains("audio") }
    guard isText, let place = parts.firstIndex(of: "layers"), place + 1 < parts.count,
      let layer = Int(parts[place + 1])
    else { return name }
    guard let number = numbers[layer] else { return nil }
    parts[place + 1] = "\(number)"
    return parts.joined(separator: ".")
  }
}
