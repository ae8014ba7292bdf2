import DraftEvaluation
import Files
import Foundation
import Inference
import StudyTestSupport
import Synchronization
import TestSupport
import Testing

@testable import SkipSearch

@Suite("Shared studies")
struct SharedStudyTests {
  static let subject = StudySubject.test(layerCount: 5)

  func settings(_ trials: Int) -> StudySettings {
    var settings = StudySettings()
    (settings.trials, settings.seed, settings.stopsEarly) = (trials, 5, false)
    return settings
  }

  func bench() -> SyntheticBench {
    SyntheticBench(
      layerCount: 5, hidden: SkipSet(attention: [1, 4], mlp: [0, 2]), bestSpeedup: 1.5,
      costs: .mixed(layerCount: 5))
  }

  func worker(
    in directory: String, interval: Double = 0.01, patience: Double = 30
  ) throws -> Worker {
    try Worker(
      in: StudyDirectory(directory).workers, machine: Self.subject.machine, interval: interval,
      patience: patience)
  }

  /// A worker's journal in a study's directory.
  func join(
    _ directory: String, _ settings: StudySettings, subject: StudySubject = subject,
    patience: Double = 30
  ) throws -> Journal {
    try Journal.join(
      StudyDirectory(directory), header: JournalHeader(subject: subject, settings: settings),
      worker: worker(in: directory, patience: patience))
  }

  func study(
    _ bench: SyntheticBench, _ settings: StudySettings, _ journal: Journal,
    subject: StudySubject = subject, validates: Bool = true,
    interruption: StopSignal = .never, progress: @escaping (StudyEvent) -> Void = { _ in }
  ) -> Study {
    Study(
      subject: subject, settings: settings, journal: journal, benches: bench.maker(settings),
      validates: validates, interruption: interruption, progress: progress)
  }

  func content(_ directory: String) throws -> JournalContent {
    try JournalContent(StudyDirectory(directory).journal)
  }

  @Test("one worker of a shared study proposes what a search alone proposes")
  func alone() throws {
    try withTemporaryDirectory { directory in
      let settings = settings(20)
      let alone = try runStudy(
        bench(), settings: settings, directory: directory, subject: Self.subject)
      let journal = try join("\(directory)/study", settings)
      let shared = try outcome(of: study(bench(), settings, journal))
      #expect(shared.trials.map(\.model) == alone.trials.map(\.model))
      #expect(shared.trials.map(\.predicted) == alone.trials.map(\.predicted))
      #expect(journal.resultPath == "\(directory)/study/result.json")
      let content = try content("\(directory)/study")
      // Costs, trials, and the best few.
      #expect(content.claimCount == 22 && content.finishedTrials == nil)
      #expect(content.claims.map(\.task) == [.finals])
    }
  }

  @Test(
    "workers at the same time run every trial once, and one of them writes the result",
    arguments: [2, 4])
  func together(count: Int) throws {
    try withTemporaryDirectory { directory in
      let settings = settings(24)
      let outcomes = Mutex<[String: Int]>([:])
      let joined = Atomic<Int>(0)
      let group = DispatchGroup()
      for _ in 0..<count {
        group.enter()
        Thread.detachNewThread {
          let name: String
          do {
            let journal = try join(directory, settings)
            joined.add(1, ordering: .relaxed)
            while joined.load(ordering: .relaxed) < count { Thread.sleep(forTimeInterval: 0.001) }
            let bench = bench()
            bench.onEvaluate = { _ in Thread.sleep(forTimeInterval: 0.05) }
            switch try study(bench, settings, journal).run() {
            case .result(let result):
              try result.write(to: journal.resultPath)
              try journal.finish(trials: result.trials.count)
              name = "result of \(result.trials.count)"
            case .finished: name = "finished"
            case .left: name = "left"
            case .failed(_, let error): name = "\(error)"
            }
          } catch {
            joined.add(1, ordering: .relaxed)
            name = "\(error)"
          }
          outcomes.withLock { $0[name, default: 0] += 1 }
          group.leave()
        }
      }
      group.wait()
      #expect(outcomes.withLock { $0 } == ["result of 24": 1, "finished": count - 1])
      let content = try content(directory)
      #expect(content.trials.count == 24 && content.claims.isEmpty)
      #expect(Set(content.trials.dropFirst().map(\.model)).count == 23)
      #expect(content.claimCount == 26 && content.finishedTrials == 24)
      let workers = Set(
        content.entries.compactMap { if case .claim(let claim) = $0 { claim.worker } else { nil } })
      #expect(workers.count == count, "all worked")
    }
  }

  @Test("a pending trial of another worker is believed, not proposed again")
  func pending() throws {
    try withTemporaryDirectory { directory in
      let settings = settings(16)
      let alone = try runStudy(
        bench(), settings: settings, directory: "\(directory)/alone", subject: Self.subject)
      var models: [DraftModel] = []
      let other = try join(directory, settings)
      var claimed: Claim?
      let journal = try join(directory, settings)
      let shared = study(
        bench(), settings, journal,
        interruption: StopSignal {
          // As soon as the tenth trial is there, the other one claims what would come next.
          guard claimed == nil, journal.trials.count == 10 else { return false }
          let plan = TrialPlan(origin: .model, model: alone.trials[12].model, predicted: nil)
          _ = try? other.exchange { _ throws(InputError) in
            let claim = Claim(
              number: other.content.claimCount, worker: other.worker?.name ?? "",
              task: .trial(plan))
            claimed = claim
            return ((), [.claim(claim)])
          }
          return false
        },
        progress: { event in
          if case .proposed(_, let plan) = event, let model = plan.model { models.append(model) }
          // It finishes when all that is left is to wait for it.
          if case .waiting(let claim) = event, claim == claimed { other.worker?.leave() }
        })
      let result = try outcome(of: shared)
      #expect(result.trials.count == 16)
      let wanted = try #require(claimed?.plan?.model)
      #expect(models.count { $0 == wanted } == 1, "taken over when its worker left, once")
      #expect(models.last == wanted)
    }
  }

  @Test("what a dead worker had claimed is done by another, whatever it was")
  func orphans() throws {
    try withTemporaryDirectory { directory in
      let settings = settings(8)
      // Dies while it measures costs.
      do {
        let journal = try join(directory, settings)
        _ = try journal.exchange { _ throws(InputError) in
          ((), [.claim(Claim(number: 0, worker: journal.worker?.name ?? "", task: .costs))])
        }
      }
      // Dies in its third trial.
      do {
        let journal = try join(directory, settings)
        let bench = bench()
        struct Death: Error {}
        bench.onEvaluate = { if $0 == 2 { journal.worker?.leave() } }
        let outcome = try study(
          bench, settings, journal, validates: false,
          interruption: StopSignal { bench.evaluated.count == 3 }
        ).run()
        guard case .left(let trials) = outcome else { throw Death() }
        #expect(trials == 3)
      }
      #expect(try content(directory).claims.count == 1)
      // Dies while it measures the best few.
      do {
        let journal = try join(directory, settings)
        let result = try outcome(of: study(bench(), settings, journal))
        #expect(result.trials.count == 8)
      }
      #expect(try content(directory).claims.map(\.task) == [.finals])
      let journal = try join(directory, settings)
      let result = try outcome(of: study(bench(), settings, journal))
      #expect(result.trials.count == 8)
      #expect(Set(result.trials.dropFirst().map(\.model)).count == 7)
      try journal.finish(trials: 8)
      // Who comes later finds it finished; who wants more goes on.
      let late = try join(directory, settings)
      guard case .finished = try study(bench(), settings, late).run() else {
        Issue.record("the study was finished")
        return
      }
      let more = try join(directory, self.settings(10))
      #expect(try outcome(of: study(bench(), self.settings(10), more)).trials.count == 10)
    }
  }

  @Test("a worker that was taken for dead drops its trial when it wakes up")
  func zombie() throws {
    try withTemporaryDirectory { directory in
      let settings = settings(6)
      let journal = try join(directory, settings)
      let thief = try join(directory, settings)
      let bench = bench()
      var notices: [String] = []
      bench.onEvaluate = { number in
        guard number == 1 else { return }
        _ = try? thief.exchange { _ throws(InputError) in
          var claim = thief.content.claims[0]
          claim.worker = thief.worker?.name ?? ""
          return ((), [.claim(claim)])
        }
        // It runs the trial too, and fails.
        _ = try? thief.exchange { _ throws(InputError) in
          let claim = thief.content.claims[0]
          guard let plan = claim.plan else { return ((), []) }
          return ((), [.failure(TrialFailure(plan: plan, reason: "no"), claim: claim.number)])
        }
      }
      let result = try outcome(
        of: study(bench, settings, journal) {
          if case .notice(let text) = $0 { notices.append(text) }
        })
      #expect(notices.contains { $0.contains("another took its trial over") })
      let failed = try #require(
        try content(directory).entries.compactMap {
          if case .failure(let failure, _) = $0 { failure } else { nil }
        }.first)
      // Another one than it failed for runs it again.
      #expect(result.trials.count { $0.model == failed.plan.model } == 1)
      #expect(result.trials.count == 6)
    }
  }

  @Test("a worker whose file is held but never changes is taken for dead after a while")
  func heartbeat() throws {
    try withTemporaryDirectory { directory in
      let mute = try worker(in: directory, interval: 3600)
      let lively = try worker(in: directory, interval: 0.002)
      let observer = try worker(in: directory, patience: 2)
      #expect(observer.isAlive(mute.name) && observer.isAlive(lively.name))
      #expect(observer.hasCompany)
      var looks = 0
      while observer.isAlive(mute.name), looks < 6000 {
        looks += 1
        #expect(observer.isAlive(lively.name))
        Thread.sleep(forTimeInterval: 0.01)
      }
      #expect(!observer.isAlive(mute.name) && looks > 1 && observer.isAlive(lively.name))
      lively.leave()
      #expect(!observer.isAlive(lively.name) && !observer.isAlive("nobody-1-0000"))
      #expect(!observer.hasCompany)
    }
  }

  @Test("of two whose time is over at once, the second measures the best few")
  func timeIsOver() throws {
    try withTemporaryDirectory { directory in
      let settings = settings(50)
      func stopped(after count: Int) throws -> (Study, Journal) {
        let journal = try join(directory, settings)
        let bench = bench()
        return (
          study(
            bench, settings, journal, interruption: StopSignal { bench.evaluated.count >= count }),
          journal
        )
      }
      let (first, _) = try stopped(after: 4)
      let (second, journal) = try stopped(after: 4)
      guard case .left(let trials) = try first.run() else {
        Issue.record("there is another worker")
        return
      }
      #expect(trials == 4)
      let result = try outcome(of: second)
      #expect(result.trials.count == 7 && result.isInterrupted)
      #expect(journal.content.claims.count == 1)
    }
  }

  @Test("without validation a worker leaves when the trials are done")
  func withoutValidation() throws {
    try withTemporaryDirectory { directory in
      let settings = settings(5)
      let journal = try join(directory, settings)
      guard
        case .left(let trials) = try study(bench(), settings, journal, validates: false).run()
      else {
        Issue.record("it was not to validate")
        return
      }
      #expect(trials == 5)
      let second = try join(directory, settings)
      #expect(try outcome(of: study(bench(), settings, second)).sets.first?.heldOut != nil)
    }
  }
}
