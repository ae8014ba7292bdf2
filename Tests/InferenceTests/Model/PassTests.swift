import Checkpoints
import Testing

@testable import Inference

@Suite("A pass of the model")
struct PassTests {
  @Test("gives a row the same bits in prefill, decoding and verification, at any number of threads")
  func batchInvariance() throws {
    var random = TestRandom(12)
    for _ in 0..<25 {
      let checkpoint = try randomModel(&random)
      let configuration = checkpoint.configuration
      let count = min(70, configuration.maxPositionEmbeddings)
      let tokens = (0..<count).map { _ in
        Int.random(in: 0..<configuration.vocabularySize, using: &random)
      }
      for set in instructionSets {
        var expected: [[Float]] = []
        for threads in 1...4 {
          let model = LanguageModel(checkpoint, threads: threads, instructionSet: set)
          let runner = Runner(model, capacity: count)
          var rows: [[Float]] = []
          while rows.count < count {
            // One by one at first, for the rows to compare with; then pieces of any size.
            let size =
              threads == 1
              ? 1
              : min(Int.random(in: 1...Workspace.maximumRows, using: &random), count - rows.count)
            let view = runner.run(
              tokens[rows.count..<rows.count + size], at: rows.count, runner.fullPlan, logits: .all)
            for row in 0..<size { rows.append(Array(view[row])) }
          }
          if threads == 1 { expected = rows }
          #expect(rows == expected)
        }
      }
    }
  }

  @Test("of a draft gives a row the same bits among any rows, at any number of threads")
  func batchInvarianceOfDrafts() throws {
    var random = TestRandom(17)
    for _ in 0..<25 {
      let checkpoint = try randomModel(&random)
      let configuration = checkpoint.configuration
      let count = min(70, configuration.maxPositionEmbeddings)
      let tokens = (0..<count).map { _ in
        Int.random(in: 0..<configuration.vocabularySize, using: &random)
      }
      let draft = randomDraftModel(&random, of: configuration, density: 0.2)
      let set = instructionSets.randomElement(using: &random) ?? .portable
      var expected: [[Float]] = []
      for threads in 1...4 {
        let model = LanguageModel(checkpoint, threads: threads, instructionSet: set)
        let runner = Runner(model, capacity: count)
        let plan = model.plan(for: draft)
        var rows: [[Float]] = []
        while rows.count < count {
          let most = min(Workspace.maximumRows, count - rows.count)
          let size = threads == 1 ? 1 : Int.random(in: 1...most, using: &random)
          let view = runner.run(
            tokens[rows.count..<rows.count + size], at: rows.count, plan, logits: .all)
          for row in 0..<size { rows.append(Array(view[row])) }
        }
        if threads == 1 { expected = rows }
        #expect(rows == expected)
        #expect(rows[0].count == draft.head.vocabulary?.count ?? configuration.vocabularySize)
      }
    }
  }
}
