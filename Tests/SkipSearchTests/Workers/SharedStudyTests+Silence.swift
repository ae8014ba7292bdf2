import DraftEvaluation
import Files
import Foundation
import Inference
import StudyTestSupport
import TestSupport
import Testing

@testable import SkipSearch

extension SharedStudyTests {
  @Test("who is stopped in a trial is named to who waits, and a time limit ends the waiting")
  func stopped() throws {
    try withTemporaryDirectory { directory in
      var settings = StudySettings.classical
      (settings.trials, settings.seed, settings.stopsEarly) = (4, 5, false)
      let header = JournalHeader(subject: Self.subject, settings: settings)
      let mute = try Journal.join(
        StudyDirectory(directory), header: header,
        worker: worker(in: directory, interval: 3600))
      _ = try mute.exchange { _ throws(InputError) in
        let model = DraftModel(skip: SkipSet(attention: [0, 2], mlp: [4]))
        let plan = TrialPlan(origin: .model, model: model, predicted: nil)
        return (
          (), [.claim(Claim(number: 0, worker: mute.worker?.name ?? "", task: .trial(plan)))]
        )
      }
      let waiter = try Journal.join(
        StudyDirectory(directory), header: header,
        worker: Worker(
          in: StudyDirectory(directory).workers, machine: Self.subject.machine, interval: 0.01,
          patience: 600, silence: 0.5))
      settings.timeLimit = 4
      var notices: [String] = []
      let result = try outcome(
        of: study(bench(), settings, waiter) {
          if case .notice(let text) = $0 { notices.append(text) }
        })
      #expect(result.trials.count == 3)
      #expect(result.warnings.contains { $0.contains("time limit ended the search after 3 of 4") })
      let process = ProcessInfo.processInfo.processIdentifier
      #expect(
        notices.count {
          $0.contains("no sign of life for ") && $0.contains("kill -9 \(process) on ")
        }
          == 1, "\(notices)")
    }
  }
}
