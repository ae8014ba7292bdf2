import DraftEvaluation
import Files
import Inference
import Report
import SkipSearch
import StudyTestSupport
import TestSupport

/// Skip sets in all their forms, and results.
func draftTargets() throws -> [FuzzTarget] {
  let joint = StudyResult.joint()
  let old = try readFile(fixture("golden/version-0.1.0/result.json"))
  let results = [StudyResult.example().json, joint.json].map { Array($0.compact.utf8) }
  let sets = [
    #"{"attn": [1, 3], "mlp": [0, 2]}"#, #"{"attention": [4], "mlp": []}"#,
    #"{"model": {"skip_layer_ids": {"attn": [1], "mlp": [2]}}}"#,
    #"{"skip_layer_ids": {"attn": [1], "mlp": [2]}, "#
      + #""draft": {"max": 5, "stop": "confidence", "threshold": 0.5}}"#,
    joint.best.map { $0.json.compact } ?? "{}",
  ].map { Array($0.utf8) }
  return try [
    FuzzTarget("skip-set", .json, seeds: sets + results) { bytes, directory in
      let path = "\(directory)/set.json"
      try writeBytes(bytes, to: path)
      let set = try SkipSetFile.read(path, layerCount: 5, fingerprint: "0123456789abcdef")
      try use(set)
    },
    FuzzTarget("result", .json, seeds: results + [old]) { bytes, directory in
      let path = "\(directory)/result.json"
      try writeBytes(bytes, to: path)
      let result = try StudyResult(file: path)
      _ = result.kinds
      let text = result.json.pretty
      _ = try StudyResult(JSONField(try JSON(parsing: Array(text.utf8), file: path), file: path))
      for entry in result.sets { _ = entry.beatsPlainDecoding }
      let report = StudyReport(result, path: path)
      _ = report.html() + report.svg()
    },
  ]
}

/// A draft decodes, where it fits the model.
private func use(_ set: SkipSetFile) throws {
  let stop = set.stop ?? StopRule(maximum: 3, criterion: .fixed)
  _ = try tinyGenerator.value().generate(
    prompt: [3, 4, 3, 4, 3], maximumTokens: 6, draft: Draft(model: set.model, stop: stop))
}
