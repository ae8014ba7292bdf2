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

/// A worker of a shared study that may be killed at any moment: begins the study in a directory, or
/// joins it, and writes its result where nobody else does.
package func runKillableWorker(in directory: String, seed: UInt64, trials: Int) throws {
  var settings = StudySettings()
  (settings.trials, settings.seed, settings.stopsEarly) = (trials, seed, false)
  let bench = SyntheticBench(
    layerCount: 5, hidden: SkipSet(attention: [1, 4], mlp: [0, 2]), bestSpeedup: 1.5,
    costs: .mixed(layerCount: 5))
  bench.onEvaluate = { _ in Thread.sleep(forTimeInterval: 0.02) }
  let subject = StudySubject.test(layerCount: 5)
  let study = StudyDirectory(directory)
  let worker = try Worker(in: study.workers, machine: subject.machine)
  defer { worker.leave() }
  let journal = try Journal.join(
    study, header: JournalHeader(subject: subject, settings: settings), worker: worker)
  let outcome = try Study(
    subject: subject, settings: settings, journal: journal, benches: bench.maker(settings)
  ).run()
  guard case .result(let result) = outcome else { return }
  try result.write(to: journal.resultPath)
  try journal.finish(trials: result.trials.count)
}
