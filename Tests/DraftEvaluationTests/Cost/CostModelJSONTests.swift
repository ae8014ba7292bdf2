import EvaluationTestSupport
import Files
import Inference
import Testing

@testable import DraftEvaluation

@Suite("Cost model in JSON")
struct CostModelJSONTests {
  private static let model = CostModel.detailed(layerCount: 12)

  @Test("what is written is read back the same")
  func roundTrip() throws {
    let text = Self.model.json.compact
    let json = try JSON(parsing: text.utf8, file: "")
    #expect(try CostModel(JSONField(json, file: "c.json")) == Self.model)
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
