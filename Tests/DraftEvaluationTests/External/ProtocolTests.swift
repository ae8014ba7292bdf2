import EvaluationTestSupport
import Files
import Foundation
import Inference
import TestSupport
import Testing

@testable import DraftEvaluation

@Suite("The evaluator's protocol")
struct ProtocolTests {
  private let schema = "\(repository)/Experiments/schemas/evaluator-1.schema.json"

  @Test("every line of a conversation is what the schema says, and nothing else is")
  func conversation() throws {
    let schema = try JSONSchema(file: schema)
    try withTemporaryDirectory { directory in
      let log = "\(directory)/log.jsonl"
      let prompts = ProbeModel.prompts(6)
      let set = PromptSet(
        source: "test",
        prompts: [.text("one"), .question("two", kind: "a kind")] + (0..<4).map { .text("\($0)") })
      let evaluator = try ExternalEvaluator(
        Probe.command("--log '\(log)'"), prompts: set, maximumTokens: 32,
        options: .init(timeout: 60), until: .never)
      let bench = try evaluator.replayBench(
        prompts,
        options: ReplayBench.Options(
          maximumTokens: 32, draftMaximum: 5,
          policy: DraftPolicy(weights: .model, vocabulary: .full, lookup: .auto)), until: .never)
      let model = DraftModel(
        skip: SkipSet(attention: [1], mlp: [2]),
        weights: DraftWeights(
          attention: [.model, .model, .fourBits, .eightBits],
          mlp: [.eightBits, .model, .model, .model]))
      _ = try bench.screen([.full, model], until: .never)
      _ = try bench.evaluate(model, against: nil, until: .never)
      for rule in [
        StopRule(maximum: 3, criterion: .confidence(0.1)),
        StopRule(
          maximum: 5, criterion: .calibrated(CalibratedThresholds([0.1, .infinity])),
          lookup: LookupRule(limits: [0, 1, 2], continues: true)),
      ] {
        let draft = Draft(model: model, stop: rule)
        _ = try bench.evaluateExactly(draft, until: .never)
        _ = try evaluator.decoder(Array(prompts.prefix(2))).evaluate(draft, until: .never)
      }
      evaluator.end()
      let lines = try readText(log).split(separator: "\n").map { line throws(InputError) in
        try JSON(parsing: line.utf8, file: log)
      }
      var seen: Set<String> = []
      var name = ""
      for line in lines {
        let isRequest = line["request"] != nil
        if case .string(let request)? = line["request"] { name = request }
        let kind = isRequest || !["plain", "decode"].contains(name) ? name : "text"
        seen.insert("\(kind)\(isRequest ? "Request" : "Answer")")
        #expect(
          schema.problems(of: line, as: "\(kind)\(isRequest ? "Request" : "Answer")") == [],
          "\(line.compact.prefix(300))")
        #expect(schema.problems(of: line).isEmpty)
      }
      #expect(seen.count == 11)
    }
  }

  @Test("the schema refuses what the program refuses")
  func refusals() throws {
    let schema = try JSONSchema(file: schema)
    let wrong: [(String, String)] = [
      ("replayAnswer", "{\"id\": 1, \"matched\": [1], \"confidences\": [[1.5]], \"ends\": [true]}"),
      ("replayAnswer", "{\"id\": 1, \"matched\": [-1], \"confidences\": [[1]], \"ends\": [true]}"),
      ("replayAnswer", "{\"id\": 1, \"matched\": [0], \"confidences\": [[0.5]]}"),
      ("textAnswer", "{\"id\": 1, \"ids\": [], \"seconds\": 1}"),
      ("textAnswer", "{\"id\": 1, \"ids\": [\"a\"], \"seconds\": 1}"),
      ("errorAnswer", "{\"id\": 1}"),
      ("costsAnswer", "{\"id\": 1, \"plain_seconds\": 0, \"draft_step\": {}}"),
      ("helloRequest", "{\"id\": 0, \"request\": \"hello\"}"),
    ]
    for (definition, text) in wrong {
      let value = try JSON(parsing: text.utf8, file: "test")
      #expect(!schema.problems(of: value, as: definition).isEmpty, "\(definition) \(text)")
    }
  }
}
