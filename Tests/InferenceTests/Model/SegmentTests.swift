import CKernels
import Testing

@testable import Inference

@Suite("Attention by segments")
struct SegmentTests {
  @Test("gives a row the same bits alone, beside others, and at any number of threads")
  func batchInvariance() throws {
    var random = TestRandom(31)
    var bySegments = 0
    for _ in 0..<8 {
      let count = Int.random(in: 1500...3200, using: &random)
      let checkpoint = try randomModel(&random, positions: count)
      let configuration = checkpoint.configuration
      let tokens = (0..<count).map { _ in
        Int.random(in: 0..<configuration.vocabularySize, using: &random)
      }
      let set = instructionSets.randomElement(using: &random) ?? .portable
      var expected: [[Float]] = []
      for threads in 1...5 {
        let model = LanguageModel(checkpoint, threads: threads, instructionSet: set)
        let runner = Runner(model, capacity: count)
        // The last 40 rows are compared; those before them go in pieces of many.
        var position = 0
        var rows: [[Float]] = []
        while position < count {
          let rest = count - position
          let most = rest > 40 ? min(Workspace.maximumRows, rest - 40) : min(rest, 20)
          let size =
            rest > 40 ? most : threads == 1 ? 1 : Int.random(in: 1...most, using: &random)
          let view = runner.run(
            tokens[position..<position + size], at: position, runner.fullPlan,
            logits: rest > 40 ? .none : .all)
          if rest <= 40 { for row in 0..<size { rows.append(Array(view[row])) } }
          position += size
        }
        if threads == 1 { expected = rows }
        #expect(rows == expected)
        if configuration.keyValueHeadCount % threads != 0 { bySegments += 1 }
      }
    }
    #expect(bySegments > 8)
  }
}
