import DraftEvaluation
import EvaluationTestSupport
import Files
import Foundation
import Inference
import StudyTestSupport
import TestSupport
import Testing

@testable import SkipSearch

@Suite("Result files of everything that drafts may consist of")
struct JointResultTests {
  private func field(_ json: JSON, _ path: String) throws -> JSONField {
    try path.split(separator: ".").reduce(JSONField(json, file: "r")) { field, key in
      try Int(key).map { try field.elements()[$0] } ?? field.required(String(key))
    }
  }

  @Test("are read back the same, with precisions, vocabularies, lookups, ablations and kinds")
  func roundTrip() throws {
    for costs in [nil, CostModel.mixed(layerCount: 5)] {
      let result = StudyResult.joint(costs: costs)
      let text = result.json.pretty
      let read = try StudyResult(JSONField(JSON(parsing: text.utf8, file: "r"), file: "r"))
      #expect(read == result && read.json.pretty == text)
      #expect(read.settings.policy == DraftPolicy())
      #expect(read.ablations.map(\.name) == Ablation.Name.allCases)
      #expect(read.best?.trial == 2)
      // Tokens are written where a draft was measured again, and are by name alone elsewhere.
      let draft = try #require(read.best?.calibration.draft)
      #expect(draft.model.head.vocabulary?.ids == Draft.joint.model.head.vocabulary?.ids)
      #expect(read.trials[2].model == draft.model)
      #expect(read.trials[2].model.head.vocabulary?.isComplete == false)
      #expect(text.components(separatedBy: "\"ids\": \"").count == 3)
    }
  }

  @Test("have the contract's keys")
  func keys() throws {
    let json = StudyResult.joint().json
    #expect(try field(json, "schema").string() == "skip-search/result/2")
    let draft = "best.draft."
    #expect(try field(json, draft + "max").integer() == 4)
    #expect(try field(json, draft + "stop").string() == "calibrated")
    #expect(try field(json, draft + "weights.attn").value.compact == "[4, 0, 8, 0, 4]")
    #expect(try field(json, draft + "weights.mlp").value.compact == "[8, 4, 0, 4, 4]")
    #expect(try field(json, draft + "head.bits").integer() == 4)
    #expect(try field(json, draft + "head.vocabulary.size").integer() == 500)
    // 500 words of 32 bits in base64.
    #expect(try field(json, draft + "head.vocabulary.ids").string().count == 2668)
    #expect(try field(json, draft + "lookup.n").integer() == 2)
    #expect(try field(json, draft + "lookup.max").integer() == 5)
    #expect(try field(json, "trials.0.draft.max").integer() == 0)
    #expect(try field(json, "trials.1.draft.weights").integer() == 8)
    #expect(try field(json, "skip_layer_ids.attn").value.compact == "[1, 3]")
    #expect(try field(json, "ablation.0.name").string() == "lookup alone")
    #expect(try field(json, "ablation.1.draft.weights").string() == "model")
    #expect(try field(json, "ablation.3.held_out.prompts").integer() == 10)
    #expect(try field(json, "kinds.1.kind").string() == "summaries")
    #expect(try field(json, "kinds.0.prompts").integer() == 5)
    #expect(try field(json, "kinds.0.speedup_ci95").elements().count == 2)
    let settings = try field(json, "settings")
    #expect(try settings.required("draft_weights").string() == "auto")
    #expect(try settings.required("draft_vocabulary").string() == "auto")
    #expect(try settings.required("lookup").string() == "auto")
  }

  @Test("a best draft that skips nothing has empty lists where the set is looked for")
  func nothingSkipped() throws {
    var result = StudyResult.joint(lookup: 1.25)
    result.sets.removeFirst()
    #expect(result.best?.calibration.draft.stop.maximum == 0)
    let json = result.json
    #expect(try field(json, "skip_layer_ids.attn").value.compact == "[]")
    #expect(try field(json, "best.skip_layer_ids.mlp").value.compact == "[]")
    let file = try SkipSetFile(JSONField(json, file: "r"), layerCount: 5)
    #expect(file.model == .full && file.stop?.lookup == LookupRule(least: 2, maximum: 8))
  }

  @Test("a vocabulary by its name alone drafts nothing: another set is asked for")
  func nameAlone() throws {
    let json = StudyResult.joint().json
    let best = try field(json, "best")
    #expect(try SkipSetFile(best, layerCount: 5).model == Draft.joint.model)
    #expect {
      try SkipSetFile(field(json, "trials.2"), layerCount: 5)
    } throws: { "\($0)".contains("the tokens of the draft's vocabulary are not in this entry") }
  }

  @Test("damage is refused by its field")
  func damage() throws {
    let text = StudyResult.joint().json.compact
    let changes = [
      ("\"draft_weights\": \"auto\"", "\"draft_weights\": \"5\"", "settings.draft_weights"),
      ("\"draft_vocabulary\": \"auto\"", "\"draft_vocabulary\": \"0\"", "settings.draft_vocabulary"),
      ("\"lookup\": \"auto\"", "\"lookup\": \"17\"", "settings.lookup"),
      ("\"name\": \"lookup alone\"", "\"name\": \"luck\"", "ablation[0].name"),
      ("\"attn\": [4, 0, 8, 0, 4]", "\"attn\": [4, 0, 0, 0, 4]", "trials[2].draft.weights.attn[2]"),
      ("\"attn\": [4, 0, 8, 0, 4]", "\"attn\": [4, 0, 8, 0]", "trials[2].draft.weights"),
      ("\"weights\": 8", "\"weights\": 3", "trials[1].draft.weights"),
      ("\"size\": 500", "\"size\": 0", "trials[2].draft.head.vocabulary.size"),
      ("\"size\": 500", "\"size\": 501", "sets[0].draft.head.vocabulary"),
      ("\"held_out_kinds\": [", "\"held_out_kinds\": [null, ", "calibration.held_out_kinds"),
      ("\"continues\": true", "\"continues\": 1", "trials[2].draft.lookup.continues"),
    ]
    for (old, new, place) in changes {
      #expect(text.contains(old), "\(old)")
      let changed = text.replacing(old, with: new)
      #expect {
        try StudyResult(JSONField(JSON(parsing: changed.utf8, file: "r"), file: "r"))
      } throws: { ($0 as? InputError)?.field?.hasPrefix(place) == true }
    }
  }
}
