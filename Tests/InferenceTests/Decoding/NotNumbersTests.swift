import Checkpoints
import TestSupport
import Testing

@testable import Inference

@Suite("Weights that are no numbers")
struct NotNumbersTests {
  /// A model with one weight replaced by NaN or infinity.
  private func generator(
    _ tensor: String, at index: Int, _ bits: UInt16, tied: Bool = false
  ) throws -> Generator {
    var model = TinyModel()
    model.tiesWordEmbeddings = tied
    return try withTemporaryDirectory { directory in
      try model.write(to: directory)
      let tensors = model.tensors.map { original in
        var changed = original
        if changed.name == tensor {
          changed.bytes[2 * index] = UInt8(bits & 0xFF)
          changed.bytes[2 * index + 1] = UInt8(bits >> 8)
        }
        return changed
      }
      try model.writeWeights(tensors, to: directory)
      return Generator(model: LanguageModel(try Checkpoint(directory: directory), threads: 2))
    }
  }

  private func weight(of error: GenerationError?) -> String? {
    guard case .notNumbers(_, let weight)? = error else { return nil }
    return weight?.description
  }

  static let tensors = [
    ("model.layers.1.self_attn.q_proj.weight", 33, "[2, 1]"),
    ("model.layers.0.mlp.down_proj.weight", 24, "[1, 0]"),
    ("model.layers.1.input_layernorm.weight", 3, "[3]"), ("model.norm.weight", 7, "[7]"),
    ("lm_head.weight", 16, "[1, 0]"), ("model.embed_tokens.weight", 16, "[1, 0]"),
  ]

  @Test("are named by every way to compute with them", arguments: tensors)
  func named(name: String, index: Int, place: String) throws {
    let expected = "\(name) at \(place)"
    let generator = try generator(name, at: index, 0x7FC0)
    let draft = Draft(
      model: DraftModel(skip: .none, weights: .uniform(.fourBits)),
      stop: StopRule(maximum: 3, criterion: .fixed))
    for sampling in [Sampling.greedy, Sampling(temperature: 1)] {
      for draft in [nil, draft] {
        let error = #expect(throws: GenerationError.self) {
          try generator.generate(
            prompt: [1, 2], maximumTokens: 9, sampling: sampling, draft: draft)
        }
        #expect(weight(of: error) == expected)
      }
    }
    let error = #expect(throws: GenerationError.self) {
      try generator.logits(of: [1, 2]) { _, _ in }
    }
    #expect(weight(of: error) == expected)
    #expect(error?.description.contains(expected) == true)
    #expect(throws: GenerationError.self) {
      try generator.verifiedText(prompt: [1], maximumTokens: 4)
    }
    // Its tokens are not all there are.
    if name != "model.embed_tokens.weight" {
      #expect(throws: GenerationError.self) {
        try EngineTimer(model: generator.model, draft: .full)
      }
    }
  }

  @Test("in an embedding's row matter once its token comes")
  func row() throws {
    // Row 5, whose token is not in the prompt.
    let generator = try generator("model.embed_tokens.weight", at: 5 * 16, 0x7F80)
    try generator.logits(of: [1, 2, 3]) { _, _ in }
    var position: Int?
    let error = #expect(throws: GenerationError.self) {
      try generator.logits(of: [1, 2, 5, 3]) { at, _ in position = at }
    }
    #expect(position == 1)
    guard case .notNumbers(2, let weight?)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(weight.tensor == "model.embed_tokens.weight" && weight.index == [5, 0])
  }
}
