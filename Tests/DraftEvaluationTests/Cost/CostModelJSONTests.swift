import EvaluationTestSupport
import Files
import Inference
import Testing

@testable import DraftEvaluation

@Suite("Cost model in JSON")
struct CostModelJSONTests {
  private static let model = CostModel.mixed(layerCount: 12)

  @Test("what is written is read back the same")
  func roundTrip() throws {
    var heads = Self.model
    // Sub-layers in few bits alone, and heads in the model's own precision.
    heads.laterStep.precisions[.model] = CostModel.DraftStep.Precision(
      attention: 0, mlp: 0, head: 1e-4)
    var copies = Self.model
    copies.laterStep.precisions[.model] = nil
    var nothing = Self.model
    nothing.firstStep.precisions = [:]
    for model in [Self.model, CostModel.detailed(layerCount: 3), heads, copies, nothing] {
      let json = try JSON(parsing: model.json.compact.utf8, file: "")
      #expect(try CostModel(JSONField(json, file: "c.json")) == model)
    }
  }

  @Test("costs of schema 1, which knew skip sets alone, are read as they were")
  func schemaOne() throws {
    // Written by version 0.1.0, with other numbers.
    let text = """
      {"layers": 12, "plain_seconds": 0.001, "plain_context_seconds": 2e-06,
        "first_draft_step": {"fixed_seconds": 0.00015, "attention_seconds": 4e-05,
          "mlp_seconds": 5e-05, "attention_context_seconds": 1e-07,
          "uncached_byte_seconds": 1e-11, "cached_bytes": 15000000},
        "later_draft_step": {"fixed_seconds": 0.0001, "attention_seconds": 3e-05,
          "mlp_seconds": 4e-05, "attention_context_seconds": 1e-07,
          "uncached_byte_seconds": 2e-11, "cached_bytes": 15000000},
        "attention_bytes": 1000000, "mlp_bytes": 2000000,
        "verification_seconds_by_rows": [0.0011, 0.0012], "verification_context_seconds": 1e-06,
        "mean_context": 40, "relative_residuals": {"plain": 0.01, "draft": 0.02,
          "verification": 0.03, "passes": 1234}}
      """
    var model = CostModel.detailed(layerCount: 12)
    model.shape.vocabularySize = 1
    model.verification = [1.1e-3, 1.2e-3]
    let json = try JSON(parsing: text.utf8, file: "")
    #expect(try CostModel(JSONField(json, file: "c.json")) == model)
  }

  /// The model's JSON with one member replaced, or removed.
  private func edited(_ path: String, _ value: JSON?) -> JSON {
    func edit(_ json: JSON, _ path: ArraySlice<Substring>) -> JSON {
      guard case .object(let members) = json, let key = path.first else { return json }
      return .object(
        members.compactMap { member in
          guard member.key == key else { return member }
          guard path.count == 1 else {
            return JSON.Member(member.key, edit(member.value, path.dropFirst()))
          }
          return value.map { JSON.Member(member.key, $0) }
        })
    }
    return edit(Self.model.json, path.split(separator: ".")[...])
  }

  @Test(
    "times that cannot be are refused, and the field is named",
    arguments: [
      ("vocabulary_size", 0), ("copy_ratios.4", 0), ("copy_ratios", 1),
      ("later_draft_step.copies.8.head_seconds", -1),
      ("later_draft_step.copies.4.mlp_seconds", nil), ("later_draft_step.copies", ["5": [:]]),
      ("first_draft_step", ["attention_seconds": 1]), ("later_draft_step.mlp_seconds", -1),
      ("layers", 0), ("layers", 1.5), ("layers", nil), ("attention_bytes", -1),
      ("mlp_bytes", "2"), ("plain_seconds", 0), ("plain_seconds", -1e-3),
      ("plain_context_seconds", -1e-9), ("first_draft_step.fixed_seconds", -1),
      ("later_draft_step.uncached_byte_seconds", -1), ("later_draft_step.cached_bytes", nil),
      ("first_draft_step", []), ("verification_seconds_by_rows", []),
      ("verification_seconds_by_rows", [1e-3, 0]), ("verification_seconds_by_rows", [-1e-3]),
      ("verification_seconds_by_rows", 1), ("verification_context_seconds", -1),
      ("mean_context", -1), ("mean_context", nil), ("relative_residuals.draft", -0.1),
      ("relative_residuals.passes", -1), ("relative_residuals", nil),
    ] as [(String, JSON?)])
  func hostile(path: String, value: JSON?) {
    #expect {
      _ = try CostModel(JSONField(edited(path, value), file: "c.json"))
    } throws: { error in
      "\(error)".contains("c.json") && "\(error)".contains(path)
    }
  }
}
