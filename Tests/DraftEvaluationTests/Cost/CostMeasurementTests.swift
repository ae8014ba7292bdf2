import Checkpoints
import Files
import Inference
import Testing

@testable import DraftEvaluation

@Suite("Measurement of costs")
struct CostMeasurementTests {
  @Test("a model is measured on a generator, whatever the draft length, and can be interrupted")
  func measurement() throws {
    let configuration = ModelConfiguration(
      hiddenSize: 16, intermediateSize: 24, layerCount: 3, headCount: 4, keyValueHeadCount: 2,
      headDimension: 4, vocabularySize: 40, maxPositionEmbeddings: 96)
    let generator = Generator(
      model: LanguageModel(try Checkpoint(random: configuration, type: .f32, seed: 5), threads: 1))
    for maximum in [1, 2, 8] {
      let model = try CostMeasurement.measure(
        generator: generator, prompts: [[1, 2], [3, 4, 5]],
        choices: DraftChoices(draftMaximum: maximum),
        longestRound: 0, seed: 1, until: .never)
      #expect(model.layerCount == 3 && model.verification.count == maximum + 1)
      #expect(model.plain > 0 && model.verification.allSatisfy { $0 > 0 })
      // Queries and outputs 2 · 16 · 16, keys and values 2 · 16 · 8, and a norm of 16.
      let attention = 4 * (2 * 16 * 16 + 2 * 16 * 8)
      let mlp = 4 * 3 * 16 * 24
      #expect(model.shape.attentionBytes >= Double(attention))
      #expect(model.shape.mlpBytes >= Double(mlp))
      #expect(try CostModel(JSONField(model.json, file: "")) == model)
    }
    #expect(throws: EvaluationError.interrupted) {
      try CostMeasurement.measure(
        generator: generator, prompts: [[1]], choices: DraftChoices(draftMaximum: 2),
        longestRound: 0, seed: 1, until: StopSignal { true })
    }
  }
}
