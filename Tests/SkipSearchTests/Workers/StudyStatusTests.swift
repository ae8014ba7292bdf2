import DraftEvaluation
import Files
import Foundation
import Inference
import StudyTestSupport
import TestSupport
import Testing

@testable import SkipSearch

@Suite("Where a study stands")
struct StudyStatusTests {
  private static let subject = StudySubject.test(layerCount: 5)

  private var header: JournalHeader {
    JournalHeader(subject: Self.subject, settings: .classical)
  }

  private func claim(_ journal: Journal, skipping layer: Int) throws {
    let model = DraftModel(skip: SkipSet(attention: [layer], mlp: []))
    _ = try journal.exchange { _ throws(InputError) in
      let claim = Claim(
        number: journal.content.claimCount, worker: journal.worker?.name ?? "",
        task: .trial(TrialPlan(origin: .model, model: model, predicted: nil)))
      return ((), [.claim(claim)])
    }
  }

  @Test("who left is told from who died, and what both had begun is free at once")
  func presence() throws {
    try withTemporaryDirectory { directory in
      let study = StudyDirectory(directory)
      let workers = try (0..<3).map { _ in
        try Worker(in: study.workers, machine: Self.subject.machine)
      }
      for (layer, worker) in workers.enumerated() {
        try claim(Journal.join(study, header: header, worker: worker), skipping: layer)
      }
      workers[0].leave()
      workers[1].leave()
      // A killed process leaves its file behind, which nobody holds.
      try writeAtomically("{}", to: "\(study.workers)/\(workers[1].name).json")
      let status = try StudyStatus(directory)
      func state(_ worker: Worker) -> StudyStatus.WorkerState? {
        status.workers.first { $0.name == worker.name }
      }
      #expect(state(workers[0])?.presence == .left)
      #expect(state(workers[0])?.doing == "free to take over: claim 0, a trial")
      #expect(state(workers[1])?.presence == .dead)
      #expect(state(workers[2])?.presence == .alive && state(workers[2])?.doing == "runs a trial")
      #expect(status.running == 1 && status.free == 2 && status.state == .running)
      #expect(!workers[2].isAlive(workers[0].name) && !workers[2].isAlive(workers[1].name))
    }
  }

  @Test("a worker whose trial is interrupted leaves it to the next one, which runs it at once")
  func released() throws {
    try withTemporaryDirectory { directory in
      let study = StudyDirectory(directory)
      var settings = StudySettings.classical
      settings.trials = 6
      let header = JournalHeader(subject: Self.subject, settings: settings)
      func part(stoppingAt count: Int) throws -> (StudyOutcome, Worker) {
        let worker = try Worker(in: study.workers, machine: Self.subject.machine)
        let journal = try Journal.join(study, header: header, worker: worker)
        let bench = SyntheticBench(
          layerCount: 5, hidden: SkipSet(attention: [1, 4], mlp: [0, 2]), bestSpeedup: 1.5,
          costs: .mixed(layerCount: 5))
        let outcome = try Study(
          subject: Self.subject, settings: settings, journal: journal,
          benches: bench.maker(settings), validates: false,
          interruption: StopSignal { bench.evaluated.count >= count }
        ).run()
        return (outcome, worker)
      }
      let (_, first) = try part(stoppingAt: 3)
      let left = try StudyStatus(directory)
      #expect(left.free == 1 && left.running == 0 && left.state == .idle)
      #expect(left.workers.map(\.presence) == [.left] && left.workers.first?.name == first.name)
      let start = Date.now
      let (_, second) = try part(stoppingAt: 1000)
      #expect(Date.now.timeIntervalSince(start) < Worker.patience / 2, "it did not wait")
      let done = try StudyStatus(directory)
      #expect(done.trials.count == 6 && done.free == 0 && done.claims.isEmpty)
      #expect(second.name != first.name)
    }
  }

  @Test("a directory, its journal and its result are one study; a result alone says what it found")
  func places() throws {
    try withTemporaryDirectory { directory in
      let result = StudyResult.example()
      let journal = try Journal.create(in: directory, header: header)
      for trial in result.trials { try journal.append(trial) }
      try result.write(to: journal.resultPath)
      for path in [directory, "\(directory)/", journal.path, journal.resultPath] {
        let files = try StudyFiles(path)
        #expect(files.journal == journal.path && files.result == journal.resultPath, "\(path)")
        let status = try StudyStatus(path)
        #expect(status.result == journal.resultPath && status.found == result)
      }
      try FileManager.default.removeItem(atPath: journal.path)
      let alone = try StudyStatus(journal.resultPath)
      #expect(alone.journal == nil && alone.state == .finished && alone.trials == result.trials)
    }
  }

  @Test("a journal that cannot be gone on with still has its result")
  func damagedJournal() throws {
    try withTemporaryDirectory { directory in
      let result = StudyResult.example()
      let journal = try Journal.create(in: directory, header: header)
      for trial in result.trials { try journal.append(trial) }
      try result.write(to: journal.resultPath)
      var lines = try readText(journal.path).split(separator: "\n").map(String.init)
      lines[1] = "?"
      try writeAtomically(lines.joined(separator: "\n") + "\n", to: journal.path)
      #expect(try StudyStatus(journal.path).isDamaged)
      #expect(try StudyFiles(journal.path).result == journal.resultPath)
    }
  }

  @Test("a directory with several searches, with none, and another file are refused with advice")
  func refusals() throws {
    try withTemporaryDirectory { directory in
      #expect {
        try StudyStatus(directory)
      } throws: { "\($0)".contains("search --study \(directory)") }
      for name in ["a", "b"] { try StudyResult.example().write(to: "\(directory)/\(name).json") }
      try FileManager.default.setAttributes(
        [.modificationDate: Date.distantPast], ofItemAtPath: "\(directory)/b.json")
      try writeAtomically("{\"attn\": [], \"mlp\": []}", to: "\(directory)/set.json")
      #expect {
        try StudyStatus(directory)
      } throws: { "\($0)".contains("2 searches") && "\($0)".contains("\(directory)/a.json") }
      for path in ["\(directory)/set.json", ""] {
        #expect(throws: InputError.self) { try StudyStatus(path) }
      }
    }
  }

  @Test("a study's directory is no file and has a name")
  func directories() throws {
    try withTemporaryDirectory { directory in
      let study = StudyDirectory("\(directory)/study")
      try study.check()
      _ = try Journal.join(
        study, header: header, worker: Worker(in: study.workers, machine: Self.subject.machine))
      try study.check()
      #expect {
        try StudyDirectory(study.journal).check()
      } throws: { "\($0)".contains("give the one that it is in, \(study.path)") }
      try writeAtomically("x", to: "\(directory)/file")
      for path in ["\(directory)/file", ""] {
        #expect(throws: InputError.self) { try StudyDirectory(path).check() }
      }
    }
  }
}
