import DraftEvaluation
import EvaluationTestSupport
import Files
import Foundation
import Inference
import Report
import SkipSearch
import StudyTestSupport
import TestSupport

/// Journals, with a study that goes on from them.
func studyTargets() throws -> [FuzzTarget] {
  var decoded = StudySettings.classical
  (decoded.trials, decoded.seed, decoded.draftStop) = (6, 5, .adaptive(AdaptiveThreshold()))
  var replayed = StudySettings()
  (replayed.trials, replayed.stopsEarly) = (6, false)
  let seeds = [
    try journal(decoded, bench(5, costs: nil)),
    try journal(replayed, bench(5, costs: .mixed(layerCount: 5))),
  ]
  return try [
    FuzzTarget("journal", .lines, seeds: seeds) { bytes, directory in
      let path = "\(directory)/journal.jsonl"
      try writeBytes(bytes, to: path)
      try resume(path, directory)
    }
  ]
}

private func bench(_ layerCount: Int, costs: CostModel?) -> SyntheticBench {
  SyntheticBench(
    layerCount: layerCount, hidden: SkipSet(attention: [1, 4], mlp: [0, 2]), bestSpeedup: 1.5,
    costs: costs)
}

/// A finished study's journal, its lines without checksums: whoever changes a line can write those
/// too.
private func journal(_ settings: StudySettings, _ bench: SyntheticBench) throws -> [UInt8] {
  try withTemporaryDirectory { directory in
    // Times would make other cases of it in every run.
    let journal = try Journal.create(
      in: directory,
      header: JournalHeader(
        subject: .test(layerCount: bench.layerCount), settings: settings,
        createdAt: Date(timeIntervalSince1970: 1_700_000_000)))
    _ = try runStudy(
      bench, settings: settings, journal: journal, directory: directory, clock: { 0 })
    let lines = try readText(journal.path).split(separator: "\n").map { line -> String in
      guard case .object(let members) = try JSON(parsing: line.utf8, file: "seed") else {
        return ""
      }
      return JSON.object(members.filter { $0.key != "checksum" }).compact
    }
    return Array(lines.map { $0 + "\n" }.joined().utf8)
  }
}

/// Goes on as the program does: settings are the journal's, the model's facts our own.
private func resume(_ path: String, _ directory: String) throws {
  let old = try Journal.header(of: path)
  _ = try StudyReport(files: [path]).html()
  var settings = old.settings
  let journal = try Journal.resume(
    path, header: JournalHeader(subject: .test(layerCount: 5), settings: settings))
  // One trial more: what it takes grows with their number, whatever is in the journal.
  settings.trials = min(settings.trials, journal.trials.count + 1)
  (settings.finalists, settings.validationRepetitions) = (1, 1)
  settings.baselineRepetitions = 1
  let bench = bench(5, costs: journal.costs)
  let result = try runStudy(bench, settings: settings, journal: journal, directory: directory)
  _ = result.json.compact
}
