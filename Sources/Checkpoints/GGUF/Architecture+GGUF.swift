import Files
import GGUF

extension Architecture {
  /// By the names in files. Mistral's models are Llamas there.
  private static let byGGUFName: [(name: String, architecture: Architecture)] = [
    ("llama", .llama), ("qwen2", .qwen2), ("qwen3", .qwen3), ("gemma2", .gemma2),
    ("gemma3", .gemma3), ("smollm3", .smolLM3), ("phi3", .phi3),
  ]

  /// The architecture that a GGUF file names.
  ///
  /// - Throws: where it is another, or the file holds no model.
  init(_ metadata: GGUFMetadata) throws(InputError) {
    if let field = metadata["general.type"], case let type = try field.string(), type != "model" {
      let kind =
        ["adapter": "an adapter", "mmproj": "the part of a model that sees"][type] ?? "\"\(type)\""
      throw field.error("the file holds \(kind), not a model of text; give the model's own file")
    }
    let field = try metadata.required("general.architecture")
    let name = try field.string()
    guard let known = Self.byGGUFName.first(where: { $0.name == name }) else {
      let kind = Self.kind(of: name).map { ": \($0)" } ?? ""
      let names = Self.byGGUFName.map(\.name).joined(separator: ", ")
      throw field.error("the architecture \"\(name)\" is not supported\(kind); these are: \(names)")
    }
    self = known.architecture
  }

  /// Whether llama.cpp's converter moves the rows of queries and keys so that RoPE turns
  /// neighbours: `LLAMA_ROPE_TYPE_NORM` in `llama-model.cpp`.
  var ggufRotatesNeighbors: Bool { self == .llama || self == .smolLM3 }
}
