import Files
import Foundation
import TestSupport
import Testing

/// The built program, run as a user runs it.
@Suite("The program")
struct ProgramTests {
  @Test("every kind of error has its exit code and one sentence")
  func exitCodes() throws {
    try withTemporaryDirectory { directory in
      try writeAtomically("{\"attn\": [24], \"mlp\": []}", to: "\(directory)/deep.json")
      try writeAtomically("{\"attn\": [1", to: "\(directory)/torn.json")
      try writeAtomically("{\"prompt\": 3}\n", to: "\(directory)/prompts.jsonl")
      for name in ["moe", "nan", "adapter"] {
        try FileManager.default.createDirectory(
          atPath: "\(directory)/\(name)", withIntermediateDirectories: false)
      }
      try writeAtomically(
        "{\"base_model_name_or_path\": \"some/base\"}",
        to: "\(directory)/adapter/adapter_config.json")
      var model = TinyModel()
      model.architecture = "MixtralForCausalLM"
      try model.writeConfiguration(model.configuration, to: "\(directory)/moe")
      model = TinyModel()
      try model.write(to: "\(directory)/nan")
      var tensors = model.tensors
      if let head = tensors.firstIndex(where: { $0.name == "lm_head.weight" }) {
        tensors[head].bytes.replaceSubrange(32..<34, with: [0xC0, 0x7F])
      }
      try model.writeWeights(tensors, to: "\(directory)/nan")
      let cases: [([String], Int32, String)] = [
        (["--version"], 0, ""), (["help", "bench"], 0, ""), (["bench", "--help"], 0, ""),
        (["frobnicate"], 64, "Unknown subcommand"),
        (["generat"], 64, "Did you mean 'generate'?"),
        ([directory], 64, "skip-search --model \(directory)"),
        (["bench", "\(directory)/nan"], 64, "a model is given as --model \(directory)/nan"),
        (["completion"], 64, "<bash|zsh|fish>"), (["completion", "tcsh"], 64, "bash, zsh, fish"),
        (["search"], 64, "--model <path>"),
        (["generate", "-m", referenceModel], 64, "Missing one of the options"),
        (["generate", "-m", "\(directory)/none", "-p", "x"], 66, "\(directory)/none"),
        (["generate", "-m", directory, "-p", "x"], 66, "config.json"),
        (["generate", "-m", "\(directory)/adapter", "-p", "x"], 65, "without its base model"),
        (["generate", "-m", directory, "-p", "x"], 66, "a model in it: --model \(directory)/moe"),
        (
          ["logits", "-m", "\(directory)/nam", "--tokens", "1"], 66,
          "did you mean \(directory)/nan?"
        ),
        (
          ["logits", "-m", "\(directory)/nan/model.safetensors", "--tokens", "1"], 65,
          "give its directory: --model \(directory)/nan"
        ),
        (
          ["generate", "-m", referenceModel, "-p", "x", "--skip-set", "\(directory)/deep.json"], 65,
          "deep.json: attn[0]"
        ),
        (
          ["generate", "-m", referenceModel, "-p", "x", "--skip-set", "\(directory)/torn.json"], 65,
          "torn.json: line 1"
        ),
        (
          ["generate", "-m", referenceModel, "-f", "\(directory)/prompts.jsonl"], 65,
          "line 1.prompt: expected a string"
        ),
        (["logits", "-m", "\(directory)/moe", "--tokens", "1"], 65, "a mixture of experts"),
        (["logits", "-m", "\(directory)/nan", "--tokens", "1,2"], 65, "lm_head.weight at [1, 0]"),
        (["generate", "-m", "\(directory)/deep.json", "-p", "x"], 65, "this is a file"),
        (["tokenize", "-m", "some/model", "--text", "x"], 66, "hf download some/model"),
        (["logits", "-m", "some/model", "--tokens", "1"], 66, "hf download some/model"),
        (
          ["generate", "-m", referenceModel, "-f", "\(directory)/Prompts.jsonl"], 66,
          "did you mean \(directory)/prompts.jsonl?"
        ),
        (["logits", "-m", referenceModel, "--tokens", "5000"], 65, "token 5000"),
        (
          ["search", "-m", referenceModel, "-o", "/proc/nowhere", "--trials", "1", "-q"], 74,
          "/proc/nowhere"
        ),
        (
          ["logits", "-m", referenceModel, "--tokens", "1", "-o", "/dev/full"], 74,
          "No space left"
        ),
      ]
      for (arguments, status, sentence) in cases {
        let process = try BuiltProgram.run(arguments)
        #expect(process.status == status, "\(arguments): \(process.errors)")
        #expect(
          sentence.isEmpty || process.errors.contains(sentence), "\(arguments): \(process.errors)")
        #expect(status == 0 ? process.errors.isEmpty : process.errors.hasPrefix("Error: "))
      }
    }
  }

  @Test("generation_config.json says how to sample where sampling is asked for, and options win")
  func sampling() throws {
    try withTemporaryDirectory { directory in
      for name in ["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"]
      where FileManager.default.fileExists(atPath: "\(referenceModel)/\(name)") {
        try FileManager.default.createSymbolicLink(
          atPath: "\(directory)/\(name)", withDestinationPath: "\(referenceModel)/\(name)")
      }
      try writeAtomically(
        """
        {"do_sample": true, "temperature": 0.5, "top_k": 7, "top_p": 0.9, "min_p": 0.02,
         "repetition_penalty": 1.1, "num_beams": 4, "typical_p": 0.5}
        """, to: "\(directory)/generation_config.json")
      func errors(_ options: String...) throws -> String {
        let outcome = try BuiltProgram.run(
          ["generate", "-m", directory, "-p", "One", "-n", "3"] + options)
        #expect(outcome.status == 0, "\(outcome.errors)")
        return outcome.errors
      }
      let greedy = try errors()
      #expect(greedy.contains("num_beams") && !greedy.contains("typical_p"))
      #expect(!greedy.contains("sampling:"))
      #expect(try !errors("--sample", "--temperature", "0").contains("sampling:"))
      let all = "top-k 7, top-p 0.9, min-p 0.02, repetition penalty 1.1"
      let asked = try errors("--sample")
      #expect(asked.contains("sampling:         temperature 0.5, \(all)"))
      #expect(asked.contains("num_beams, typical_p, which are not supported"))
      #expect(try errors("--temperature", "0.8").contains("temperature 0.8, \(all)"))
      let own = try errors("--top-k", "3", "--top-p", "1", "--repetition-penalty", "1")
      #expect(own.contains("temperature 0.5, top-k 3, min-p 0.02\n"))
    }
  }

  @Test("bench prints every figure, with the instructions that the environment asks for")
  func bench() throws {
    try withTemporaryDirectory { directory in
      try TinyModel().write(to: directory)
      let arguments = ["bench", "-m", directory, "-r", "1", "-t", "2", "--json"]
      let forced = try BuiltProgram.run(arguments, environment: ["SKIP_SEARCH_ISA": "portable"])
      #expect(forced.status == 0 && !forced.errors.contains("Warning"))
      let report = JSONField(
        try JSON(parsing: forced.output.utf8, file: "the output"), file: "the output")
      #expect(try report.required("instruction_set").string() == "portable")
      #expect(try report.required("threads").integer() == 2)
      for path in [
        "read_bandwidth_gb_s", "draft_step_over_bytes", "decode.tokens_per_second", "decode.gb_s",
        "verify_over_one.2", "verify_over_one.4", "verify_over_one.8", "verify_over_one.16",
        "prefill.rows", "prefill.tokens_per_second", "prefill.gflop_s",
      ] {
        let field = try path.split(separator: ".").reduce(report) { field, key in
          try field.required(String(key))
        }
        #expect(try field.double() > 0, "\(path)")
      }
      #expect(try report.optional("speculative") == nil)
      #expect(try report.required("samples").members().count >= 5)

      let refused = try BuiltProgram.run(arguments, environment: ["SKIP_SEARCH_ISA": "avx-512"])
      #expect(refused.status == 0 && refused.errors.contains("Warning: SKIP_SEARCH_ISA=avx-512"))
    }
  }

  #if os(Linux)
    @Test("times what it is asked for, within the memory of the weights, the KV cache and 64 MiB")
    func timing() throws {
      let lines = ["decode 2", "verify 16 1", "prefill 1", "draft 3", "verify 65 1", "nonsense"]
      let (answers, peak) = try timings(lines, of: referenceModel)
      #expect(answers == [2, 1, 1, 3, 0, 0])
      let size = try FileManager.default.attributesOfItem(
        atPath: "\(referenceModel)/model.safetensors")[.size]
      let weights = (size as? NSNumber)?.intValue ?? 0
      // 24 layers, keys and values, one head of 64, 320 positions, four bytes.
      #expect(
        weights > 50_000_000 && peak > 0 && peak <= weights + 24 * 2 * 64 * 320 * 4 + 64 << 20)
    }

    @Test(
      "no type of weights is converted in memory", arguments: TinyModel.ElementType.allCases)
    func memory(type: TinyModel.ElementType) throws {
      var shape = TinyModel()
      shape.type = type
      shape.hiddenSize = 1024
      shape.headCount = 16
      shape.keyValueHeadCount = 4
      shape.intermediateSize = 4096
      shape.vocabularySize = 20_000
      shape.layerCount = 4
      shape.maxPositionEmbeddings = 512
      try withTemporaryDirectory { directory in
        let weights = try shape.writeHoles(to: directory)
        let (answers, peak) = try timings(["decode 1", "verify 64 1", "prefill 1"], of: directory)
        #expect(answers == [1, 1, 1])
        let cache = 4 * 2 * 4 * 64 * 320 * 4
        #expect(peak > weights / 2 && peak <= weights + cache + 64 << 20)
      }
    }

    /// How many times `bench --stdin` answers each line with, and the most bytes that it had in
    /// memory until then.
    private func timings(_ lines: [String], of model: String) throws -> (counts: [Int], peak: Int) {
      let process = Process()
      process.executableURL = BuiltProgram.url
      process.arguments = ["bench", "-m", model, "--stdin", "-t", "2"]
      let pipes = (input: Pipe(), output: Pipe())
      process.standardInput = pipes.input
      process.standardOutput = pipes.output
      process.standardError = FileHandle.nullDevice
      try process.run()
      defer {
        try? pipes.input.fileHandleForWriting.close()
        process.waitUntilExit()
      }
      let input = lines.map { $0 + "\n" }.joined()
      try pipes.input.fileHandleForWriting.write(contentsOf: Data(input.utf8))
      var text = ""
      while text.count(where: { $0 == "\n" }) < lines.count {
        let data = pipes.output.fileHandleForReading.availableData
        if data.isEmpty { break }
        text += String(decoding: data, as: UTF8.self)
      }
      let counts = try text.split(separator: "\n").map { line throws(InputError) in
        let answer = try JSON(parsing: String(line).utf8, file: "the output")
        let seconds = try JSONField(answer, file: "the output").optional("seconds")
        return try seconds?.elements().count ?? 0
      }
      // The program still waits for input: its peak so far is the kernel's own count.
      let status = try String(
        contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)
      let peak = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
      let kilobytes = peak.flatMap { Int($0.split(separator: " ").dropLast().last ?? "") }
      return (counts, (kilobytes ?? 0) * 1024)
    }
  #endif
}
