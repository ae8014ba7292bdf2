import Checkpoints
import Files
import Foundation
import TestSupport
import Testing

@testable import Inference

/// Tests/Fixtures/gguf: random models in GGUF files, with logits of their dequantised weights that
/// numpy computed in float64 (Experiments/gguf/make.py, reference.py).
@Suite("Logits of GGUF files")
struct GGUFLogitsTests {
  static let names = [
    "f32", "bf16", "q8_0", "llama3", "mixed", "qwen2", "qwen3", "gemma2", "gemma3", "smollm3",
    "phi3", "phi3-longrope", "pieces-00001-of-00003",
  ]

  @Test("agree with float64, and have the same bits on any number of threads", arguments: names)
  func logits(name: String) throws {
    let golden = try JSONField.read(fixture("gguf/\(name).json"))
    let tokens = try golden.required("tokens").elements().map { try $0.integer() }
    let exact = try golden.required("logits").elements().map { row in
      try row.elements().map { try $0.double() }
    }
    let perplexity = try golden.required("perplexity").double()
    let checkpoint = try Checkpoint(path: fixture("gguf/\(name).gguf"))
    let tolerance = checkpoint.elementType.isPlain ? 1e-5 : 5e-4
    for set in instructionSets {
      var first: [[Float]]?
      for threads in [1, 3] {
        let model = LanguageModel(checkpoint, threads: threads, instructionSet: set)
        var rows: [[Float]] = []
        try Generator(model: model).logits(of: tokens, through: .full, draftingFrom: nil) {
          rows.append(Array($1))
        }
        #expect(first == nil || rows == first)
        first = rows
        var loss = 0.0
        for (position, (row, exact)) in zip(rows, exact).enumerated() {
          let range = (exact.max() ?? 0) - (exact.min() ?? 0)
          let error = zip(row, exact).map { abs(Double($0) - $1) }.max() ?? 0
          #expect(error <= tolerance * range)
          guard position + 1 < tokens.count else { continue }
          let sum = row.reduce(0) { $0 + exp(Double($1)) }
          loss += log(sum) - Double(row[tokens[position + 1]])
        }
        let own = exp(loss / Double(tokens.count - 1))
        #expect(abs(own / perplexity - 1) <= 1e-3)
      }
    }
  }

  @Test(
    "are the same one by one and all at once, and speculation changes nothing",
    arguments: names)
  func lossless(name: String) throws {
    let checkpoint = try Checkpoint(path: fixture("gguf/\(name).gguf"))
    var random = TestRandom(81)
    for set in instructionSets {
      let model = LanguageModel(checkpoint, threads: 2, instructionSet: set)
      let generator = Generator(model: model, contextLength: 100, endOfText: [])
      let layers = checkpoint.configuration.layerCount
      for _ in 0..<3 {
        let prompt = (0..<Int.random(in: 3...20, using: &random)).map { _ in
          Int.random(in: 2..<91, using: &random)
        }
        let plain = try generator.generate(prompt: prompt, maximumTokens: 30)
        for weights in WeightPrecision.allCases {
          let draft = Draft(
            model: DraftModel(
              skip: randomSkipSet(&random, layerCount: layers, density: 0.3),
              weights: .uniform(weights), head: DraftHead(precision: weights)),
            stop: randomStopRule(&random, lookup: nil))
          let drafted = try generator.generate(
            prompt: prompt, maximumTokens: 30, draft: draft)
          #expect(drafted.ids == plain.ids)
        }
      }
    }
  }
}
