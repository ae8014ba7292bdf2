import Checkpoints
import Files
import TestSupport
import Testing

@testable import Inference

/// Tests/Fixtures/golden/models: tiny random models with logits that Hugging Face transformers
/// computed in float64.
@Suite("Logits agree with Hugging Face's in float64")
struct GoldenLogitsTests {
  static let models = [
    "llama-gqa-tied-bf16", "llama-headdim-bf16", "llama-linear-rope-bf16-sharded",
    "llama-mha-untied-bias-f16", "llama-yarn-rope-bf16", "llama3-rope-f32", "mistral-window-bf16",
    "qwen2-bf16", "qwen2-window-bf16", "qwen3-bf16", "gemma2-bf16", "gemma3-bf16", "smollm3-bf16",
    "phi3-bf16",
  ]

  private func integers(_ field: JSONField) throws -> [Int] {
    try field.elements().map { try $0.integer() }
  }

  private func check(
    _ generator: Generator, _ tokens: [Int], _ golden: JSONField, skip: SkipSet, prefix: Int?
  ) throws {
    let rows = try golden.elements()
    var seen = 0
    try generator.logits(
      of: tokens, through: DraftModel(skip: skip), draftingFrom: prefix
    ) { position, logits in
      let row = position - (prefix ?? 0)
      #expect(row == seen)
      seen += 1
      guard let exact = try? rows[row].elements().map({ try $0.double() }) else {
        Issue.record("the golden file is malformed")
        return
      }
      var error = 0.0
      var norm = 0.0
      for (value, exact) in zip(logits, exact) {
        error += (Double(value) - exact) * (Double(value) - exact)
        norm += exact * exact
      }
      #expect((error / norm).squareRoot() <= 2e-5)
      #expect(
        logits.indices.max { logits[$0] < logits[$1] }
          == exact.indices.max { exact[$0] < exact[$1] }
      )
    }
    #expect(seen == rows.count)
  }

  @Test("in full, with skip sets, and drafted on the full model's cache", arguments: models)
  func golden(name: String) throws {
    let directory = fixture("golden/models/\(name)")
    let golden = try JSONField.read("\(directory)/golden.json")
    let tokens = try integers(try golden.required("tokens"))
    let checkpoint = try Checkpoint(directory: directory)
    for set in instructionSets {
      for threads in [1, 3] {
        let generator = Generator(
          model: LanguageModel(checkpoint, threads: threads, instructionSet: set))
        try check(generator, tokens, golden.required("full"), skip: .none, prefix: nil)
        for entry in try golden.required("skips").elements() {
          try check(
            generator, tokens, entry.required("logits"), skip: skipSet(entry), prefix: nil)
        }
        let drafted = try golden.required("drafted")
        try check(
          generator, tokens, drafted.required("logits"), skip: skipSet(drafted),
          prefix: drafted.required("prefix").integer())
      }
    }
  }

  private func skipSet(_ field: JSONField) throws -> SkipSet {
    SkipSet(
      attention: try integers(field.required("attn")), mlp: try integers(field.required("mlp")))
  }
}
