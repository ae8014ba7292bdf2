import Files
import Foundation
import TestSupport
import Testing

/// The built program, with files that change under it or are none.
@Suite("The program's files")
struct HostileFileTests {
  /// A program that runs.
  private struct Run {
    let process = Process()
    let input = Pipe()
    let output = Pipe()
    let errors = Pipe()

    init(_ arguments: [String]) throws {
      process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
        .deletingLastPathComponent().appendingPathComponent("skip-search")
      process.arguments = arguments
      (process.standardInput, process.standardOutput) = (input, output)
      process.standardError = errors
      try process.run()
    }

    func write(_ text: String) throws {
      try input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
    }

    /// Waits for its end.
    func ended() throws -> (status: Int32, errors: String) {
      try input.fileHandleForWriting.close()
      let text = errors.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      let status = process.terminationReason == .exit ? process.terminationStatus : -1
      return (status, String(decoding: text, as: UTF8.self))
    }
  }

  /// A model of its own, with the reference model's tokenizer.
  private func withModel(_ body: (_ model: String, _ directory: String) throws -> Void) throws {
    try withTemporaryDirectory { directory in
      var tiny = TinyModel()
      (tiny.layerCount, tiny.hiddenSize, tiny.vocabularySize) = (3, 64, 4096)
      tiny.maxPositionEmbeddings = 512
      let model = "\(directory)/model"
      try createDirectory(model)
      try tiny.write(to: model)
      for name in ["tokenizer.json", "tokenizer_config.json"] {
        try FileManager.default.copyItem(
          atPath: "\(referenceModel)/\(name)", toPath: "\(model)/\(name)")
      }
      try body(model, directory)
    }
  }

  private func cutOff(_ model: String) {
    #expect(truncate("\(model)/model.safetensors", 4096) == 0)
  }

  @Test("weights that are cut off, or written into, while they are in use end with a sentence")
  func changedWeights() throws {
    for (isCutOff, words) in [(true, "became shorter"), (false, "was changed")] {
      try withModel { model, _ in
        let run = try Run(["bench", "-m", model, "--stdin"])
        try run.write("decode 1\n")
        #expect(!run.output.fileHandleForReading.availableData.isEmpty)
        if isCutOff {
          cutOff(model)
        } else {
          try AppendingFile(appendingTo: "\(model)/model.safetensors").append("x")
        }
        try run.write("decode 1\n")
        let (status, errors) = try run.ended()
        #expect(status == 74 && errors.contains("\(model)/model.safetensors"), "\(errors)")
        #expect(errors.contains(words))
      }
    }
  }

  @Test("a search whose weights are cut off leaves a journal that can be resumed")
  func search() throws {
    try withModel { model, directory in
      let weights = try readFile("\(model)/model.safetensors")
      let texts = ["Once upon a time", "The cat sat on the mat.", "def add(a, b):"]
      let prompts = "\(directory)/prompts.jsonl"
      try writeAtomically(texts.map { "{\"prompt\": \"\($0)\"}\n" }.joined(), to: prompts)
      let run = try Run([
        "search", "-m", model, "--prompts", prompts, "-n", "12", "-t", "1", "--force", "--stop",
        "never", "--trials", "100000", "-q", "-o", "\(directory)/out",
      ])
      func journal() throws -> (path: String, text: String)? {
        let names = try? FileManager.default.contentsOfDirectory(atPath: "\(directory)/out")
        guard let name = names?.first(where: { $0.hasSuffix(".jsonl") }) else { return nil }
        let path = "\(directory)/out/\(name)"
        return (path, try readText(path))
      }
      while try (journal()?.text.count { $0 == "\n" } ?? 0) < 5, run.process.isRunning {
        usleep(10_000)
      }
      cutOff(model)
      let (status, errors) = try run.ended()
      #expect(status == 74 && errors.contains("became shorter"), "\(errors)")
      let left = try #require(try journal())
      #expect(left.text.hasSuffix("\n"))
      let count = left.text.count { $0 == "\n" }

      try writeBytes(weights, to: "\(model)/model.safetensors")
      let resumed = try Run([
        "search", "-m", model, "-t", "1", "-q", "--trials", "\(count - 1)", "--resume", left.path,
      ]).ended()
      #expect(resumed.status == 0, "\(resumed.errors)")
      let whole = try #require(try journal())
      #expect(whole.text.hasPrefix(left.text) && whole.text.count { $0 == "\n" } == count + 1)
    }
  }

  @Test("a tokenizer may have more ids than the model has rows, until such an id is used")
  func idsBeyondRows() throws {
    try withModel { model, _ in
      try writeAtomically(#"{"<beyond>": 4096}"#, to: "\(model)/added_tokens.json")
      func generate(_ prompt: String) throws -> (status: Int32, errors: String) {
        try Run(["generate", "-m", model, "-q", "-n", "2", "-p", prompt]).ended()
      }
      #expect(try generate("One").status == 0)
      let (status, errors) = try generate("One <beyond>")
      #expect(status == 65, "\(errors)")
      #expect(errors.contains("id 4096 (\"<beyond>\") is beyond the model's vocab_size of 4096"))
    }
  }

  @Test("a FIFO in the place of any file is refused, not waited for")
  func pipes() throws {
    try withModel { model, directory in
      func check(_ path: String, _ arguments: String...) throws {
        #expect(mkfifo(path, 0o600) == 0)
        let (status, errors) = try Run(arguments).ended()
        #expect(status == 65 || status == 74, "\(arguments): \(errors)")
        #expect(errors.contains("\(path): "), "\(arguments): \(errors)")
        unlink(path)
      }
      let file = "\(directory)/file"
      try check("\(file).gguf", "generate", "-m", "\(file).gguf", "-p", "x")
      try check(file, "generate", "-m", file, "-p", "x")
      try check("\(file).jsonl", "generate", "-m", model, "-f", "\(file).jsonl")
      try check(file, "generate", "-m", model, "-p", "x", "--skip-set", file)
      try check(file, "tokenize", "-m", model, "--chat", file)
      try check(file, "search", "-m", model, "--resume", file)
      try check(file, "logits", "-m", model, "--tokens", "1", "-o", file)
      try check("\(model)/chat_template.jinja", "generate", "-m", model, "-u", "x")
      try check("\(model)/generation_config.json", "generate", "-m", model, "-p", "x")
      unlink("\(model)/model.safetensors")
      try check("\(model)/model.safetensors", "generate", "-m", model, "-p", "x")
    }
  }
}
