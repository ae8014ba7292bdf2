import DraftEvaluation
import Files
import Foundation
import Inference
import StudyTestSupport
import TestSupport
import Testing

@testable import SkipSearch

@Suite("Result files")
struct StudyResultTests {
  private func keys(_ json: JSON?) -> [String] {
    guard case .object(let members) = json else { return [] }
    return members.map(\.key)
  }

  /// ../shared/design.md, "Result file"; what comes after an ellipsis there is ours.
  @Test("has the contract's keys in the contract's order")
  func schema() throws {
    let json = StudyResult.example().json
    #expect(
      keys(json).prefix(14) == [
        "schema", "created_at", "version", "command", "model", "machine", "calibration",
        "settings", "baseline", "skip_layer_ids", "best", "sets", "trials", "search_seconds",
      ])
    #expect(
      keys(json["model"]) == [
        "path", "architecture", "num_layers", "parameters", "dtype", "fingerprint",
      ])
    #expect(
      keys(json["machine"]) == ["cpu", "instruction_set", "threads", "read_bandwidth_gb_s"])
    #expect(
      keys(json["calibration"]).prefix(4) == ["source", "prompts", "tokens", "fingerprint"])
    #expect(
      keys(json["settings"]).prefix(5) == [
        "trials", "seed", "evaluator", "draft_max", "draft_stop",
      ])
    #expect(keys(json["baseline"]).prefix(2) == ["tokens_per_second", "samples"])
    #expect(keys(json["skip_layer_ids"]) == ["attn", "mlp"])
    #expect(
      keys(json["best"]) == [
        "rank", "trial", "skip_layer_ids", "draft", "draft_token_count",
        "accepted_draft_token_count", "target_model_call_count", "acceptance_rate",
        "tokens_per_second", "speedup", "speedup_ci95", "draft_cost_ratio", "held_out", "replay",
        "seconds", "samples",
      ])
    #expect(keys(json["best"]?["draft"]).prefix(2) == ["max", "stop"])
    #expect(
      keys(json["best"]?["held_out"]).prefix(5) == [
        "prompts", "acceptance_rate", "tokens_per_second", "speedup", "speedup_ci95",
      ])
    guard case .array(let trials) = json["trials"], case .array(let sets) = json["sets"] else {
      Issue.record("trials and sets are arrays")
      return
    }
    #expect(trials.count == 2 && sets.count == 2)
    #expect(
      keys(trials[1]).prefix(7) == [
        "index", "origin", "skip_layer_ids", "acceptance_rate", "tokens_per_second", "predicted",
        "seconds",
      ])
    #expect(
      keys(json["search_seconds"]) == [
        "total", "baseline", "screening", "evaluation", "optimiser", "validation",
      ])
  }

  @Test("has the figures that follow from the samples")
  func figures() throws {
    let root = JSONField(StudyResult.example().json, file: "")
    let best = try root.required("best")
    #expect(try best.required("rank").integer() == 1)
    #expect(try best.required("trial").integer() == 1)
    #expect(try best.required("acceptance_rate").double() == 0.75)
    #expect(try best.required("draft_token_count").integer() == 4 * 32)
    #expect(try best.required("accepted_draft_token_count").integer() == 4 * 24)
    #expect(try best.required("target_model_call_count").integer() == 4 * 8)
    // 1.375 s plainly, one and the same share of it drafting: (1.375/4/128) · (128/1.375).
    #expect(abs(try best.required("draft_cost_ratio").double() - 0.25) < 1e-12)
    #expect(abs(try best.required("speedup").double() - 1.625) < 0.01)
    let held = try best.required("held_out")
    #expect(try held.required("prompts").integer() == 6)
    let interval = try held.member("speedup_ci95", as: .array(of: .number))
    let speedup = try held.required("speedup").double()
    #expect(interval.count == 2 && interval[0] < speedup && speedup < interval[1])
    #expect(try root.required("baseline").required("tokens_per_second").double() == 505.25)
    #expect(
      try SkipSet(try root.required("skip_layer_ids"), layerCount: 5)
        == SkipSet(attention: [1, 3], mlp: [2]))
  }

  @Test("is written and read back the same, and serves as a skip-set file")
  func roundTrip() throws {
    try withTemporaryDirectory { directory in
      let result = StudyResult.example()
      let path = "\(directory)/r.json"
      try result.write(to: path)
      #expect(try StudyResult(file: path) == result)
      let set = try SkipSetFile.read(path, layerCount: 5, fingerprint: "0123456789abcdef")
      #expect(set.model.skip == SkipSet(attention: [1, 3], mlp: [2]))
      #expect(set.stop == StopRule(maximum: 4, criterion: .fixed))
      #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["r.json"])
    }
  }

  @Test("damaged results are refused by their field")
  func damage() throws {
    let text = StudyResult.example().json.compact
    func problem(_ change: (String) -> String) throws -> InputError? {
      let json = try JSON(parsing: change(text).utf8, file: "r.json")
      do throws(InputError) {
        _ = try StudyResult(JSONField(json, file: "r.json"))
        return nil
      } catch {
        return error
      }
    }
    #expect(try problem { $0 } == nil)
    let changes = [
      ("result/2", "result/9", "schema"), ("\"trial\": 1,", "\"trial\": -1,", "sets[0].trial"),
      ("\"repetition\": [0, 0, 0, 0]", "\"repetition\": [0]", "trials[0].samples.repetition"),
      ("\"seconds\": 2.5", "\"seconds\": -1", "trials[0].seconds"),
      ("\"num_layers\": 5", "\"num_layers\": 2", "trials[0].skip_layer_ids.attn[1]"),
      ("\"num_layers\": 5", "\"num_layers\": 0", "model.num_layers"),
      ("\"command\": [", "\"command\": [3, ", "command[0]"),
      ("\"origin\": \"uniform\"", "\"origin\": null", "trials[0].origin"),
    ]
    for (old, new, field) in changes {
      let error = try #require(try problem { $0.replacing(old, with: new) })
      #expect(error.field?.hasPrefix(field) == true, "\(error)")
    }
  }
}
