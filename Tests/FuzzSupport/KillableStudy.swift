import DraftEvaluation
import Foundation
import Inference
import SkipSearch
import StudyTestSupport

/// A study that may be killed at any moment: begins one in a directory, or goes on with the one
/// that is there. Its clock stands still, so that the same trials give the same lines.
package func runKillableStudy(in directory: String, seed: UInt64, trials: Int) throws {
  var settings = StudySettings()
  (settings.trials, settings.seed, settings.stopsEarly) = (trials, seed, false)
  let bench = SyntheticBench(
    layerCount: 5, hidden: SkipSet(attention: [1, 4], mlp: [0, 2]), bestSpeedup: 1.5,
    costs: .mixed(layerCount: 5))
  let header = JournalHeader(subject: .test(layerCount: 5), settings: settings)
  let names = try FileManager.default.contentsOfDirectory(atPath: directory)
  let journal: Journal
  if let name = names.first(where: { $0.hasSuffix(".jsonl") }) {
    let path = "\(directory)/\(name)"
    do {
      journal = try Journal.resume(path, header: header)
    } catch {
      // Killed before the first line was whole: there is nothing to lose.
      guard try String(contentsOfFile: path, encoding: .utf8).contains("\n") == false else {
        throw error
      }
      try FileManager.default.removeItem(atPath: path)
      journal = try Journal.create(in: directory, header: header)
    }
  } else {
    journal = try Journal.create(in: directory, header: header)
  }
  _ = try runStudy(
    bench, settings: settings, journal: journal, directory: directory, clock: { 0 })
}
