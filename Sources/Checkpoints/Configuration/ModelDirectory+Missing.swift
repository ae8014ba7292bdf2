import Files

/// What is said of a directory that lacks what a checkpoint has: what it holds instead.
extension ModelDirectory {
  /// Checks that it says what model it holds.
  ///
  /// - Throws: what it holds instead: an adapter, a pipeline, a checkpoint of another format.
  package func requireConfiguration() throws(InputError) {
    guard try has("config.json") else { throw configurationMissing() }
  }

  /// The error for a directory without `config.json`.
  private func configurationMissing() -> InputError {
    if let adapter = adapter() { return adapter }
    let names = names
    if names.contains("model_index.json") {
      return InputError(file: path, "this is a diffusion pipeline, not a language model")
    }
    let advice = "a Hugging Face model directory has config.json, tokenizer.json and *.safetensors"
    if names.contains("params.json") {
      return InputError(
        file: path,
        "this is a checkpoint in its maker's own format (params.json); \(advice)")
    }
    return InputError(
      .missing, file: file("config.json"), "there is no such file; \(advice)")
  }

  /// The error for a directory without weights that can be read.
  func weightsMissing() -> InputError {
    if let adapter = adapter() { return adapter }
    let names = names
    let advice = "a Hugging Face checkpoint with model.safetensors is needed"
    let conversions = [
      (".gguf", "GGUF files are opened by their own path"),
      (
        ".bin",
        "PyTorch .bin files are not supported; save_pretrained of transformers writes "
          + "safetensors"
      ),
      (
        ".pth",
        "PyTorch .pth files are not supported; transformers' conversion scripts write "
          + "safetensors"
      ),
    ]
    let others = names.filter { $0.hasSuffix(".safetensors") }
    if !others.isEmpty {
      let shown = others.prefix(4).joined(separator: ", ") + (others.count > 4 ? ", …" : "")
      return InputError(
        .missing, file: file("model.safetensors.index.json"),
        "there is no such file, nor model.safetensors, and these do not say what they are parts of: "
          + "\(shown); download the model's other files too")
    }
    for (suffix, problem) in conversions {
      if let name = names.first(where: { $0.hasSuffix(suffix) }) {
        return InputError(file: file(name), "\(problem): \(advice)")
      }
    }
    return InputError(
      .missing, file: file("model.safetensors"),
      "there is no such file, nor model.safetensors.index.json; \(advice)")
  }

  /// What is said of an adapter without the model that it changes.
  private func adapter() -> InputError? {
    let name = "adapter_config.json"
    guard (try? has(name)) == true else { return nil }
    let base = (try? JSONField.read(file(name)).optional("base_model_name_or_path"))
      .flatMap { try? $0?.string() }
    return InputError(
      file: file(name),
      "this directory holds an adapter (LoRA or the like) without its base model"
        + (base.map { ", \($0)" } ?? "")
        + "; merge the two (merge_and_unload of PEFT) and use what that saves")
  }
}
