import Files

extension Architecture {
  /// The architecture that a `config.json` names.
  ///
  /// - Throws: where it is another, in a sentence that says what kind of model it is.
  init(_ root: JSONField) throws(InputError) {
    let typeField = try root.optional("model_type")
    let type = try typeField?.string()
    if let list = try root.optional("architectures"), let first = try list.elements().first {
      let name = try first.string()
      guard let architecture = Architecture(rawValue: name) else {
        throw Self.refused(list, name)
      }
      // Hugging Face goes by this one.
      if let typeField, let type, type != architecture.facts.modelType {
        throw typeField.error("\"\(type)\" does not go with the architecture \"\(name)\"")
      }
      self = architecture
      return
    }
    guard let typeField, let type else {
      throw try root.required("architectures").mismatch("a name")
    }
    guard let architecture = Self.allCases.first(where: { $0.facts.modelType == type }) else {
      throw Self.refused(typeField, type)
    }
    self = architecture
  }

  private static func refused(_ field: JSONField, _ name: String) -> InputError {
    let names = allCases.map(\.rawValue)
    let supported = names.dropLast().joined(separator: ", ") + " and " + names[names.count - 1]
    let kind = kind(of: name).map { ": \($0)" } ?? ""
    return field.error("the architecture \"\(name)\" is not supported\(kind); \(supported) are")
  }

  /// What kind of model a name stands for, where that is a reason of its own.
  static func kind(of name: String) -> String? {
    let lower = name.lowercased()
    func has(_ words: [String]) -> Bool { words.contains { lower.contains($0) } }
    if has(["llava"]) { return "it is for more than text" }
    if has(["moe", "mixtral", "deepseek", "gptoss", "llama4", "dbrx", "kimi"]) {
      return "it is a mixture of experts"
    }
    if has([
      "mamba", "jamba", "rwkv", "bamba", "zamba", "next", "hybrid", "nemotronh", "nemotron_h",
      "falconh1", "falcon_h1", "recurrentgemma", "lfm2", "minimax", "xlstm", "qwen3_5", "qwen3.5",
    ]) {
      return "it has layers of linear attention or a state space"
    }
    if has(["whisper", "t5", "bart", "marian", "pegasus", "encoderdecoder"]) {
      return "it is an encoder with a decoder"
    }
    if has(["classification", "questionanswering", "rewardmodel", "regression"]) {
      return "it classifies, and generates no text"
    }
    if has(["bert", "electra", "maskedlm", "xlm", "encoder", "clip", "siglip", "vit"])
      || name.hasSuffix("Model")
    {
      return "it is an encoder or has no head, and generates no text"
    }
    if has(["conditionalgeneration", "vision", "vl", "llava", "multimodal", "omni", "audio"]) {
      return "it is for more than text"
    }
    return nil
  }
}
