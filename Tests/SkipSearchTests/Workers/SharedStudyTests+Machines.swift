import DraftEvaluation
import Inference
import StudyTestSupport
import TestSupport
import Testing

@testable import SkipSearch

/// Workers of different machines.
extension SharedStudyTests {
  @Test("on another machine the best few are measured with its own costs, and a warning says so")
  func otherMachine() throws {
    try withTemporaryDirectory { directory in
      let settings = settings(5)
      _ = try study(bench(), settings, try join(directory, settings), validates: false).run()
      var elsewhere = Self.subject
      elsewhere.machine.cpu = "Other CPU"
      elsewhere.machine.threads = 64
      let journal = try join(directory, settings, subject: elsewhere)
      let bench = bench()
      var made = 0
      let maker = bench.maker(settings)
      let study = Study(
        subject: elsewhere, settings: settings, journal: journal,
        benches: { costs, stop throws(EvaluationError) in
          made += 1
          #expect((costs == nil) == (made == 2), "its own costs for the best few alone")
          return try maker(costs, stop)
        })
      let result = try outcome(of: study)
      #expect(made == 2)
      #expect(
        result.warnings.contains {
          $0.contains("Test CPU, avx2, 2 threads") && $0.contains("Other CPU, avx2, 64 threads")
        })
      #expect(result.subject.machine.cpu == "Other CPU")
    }
  }

  @Test("interrupted on another machine, a study saves what was found and measures nothing again")
  func otherMachineInterrupted() throws {
    try withTemporaryDirectory { directory in
      let settings = settings(9)
      _ = try study(bench(), settings, join(directory, settings), validates: false).run()
      var subject = Self.subject
      subject.machine.threads = 64
      var more = settings
      more.trials = 20
      let bench = bench()
      let maker = bench.maker(more)
      var made = 0
      let journal = try join(directory, more, subject: subject)
      let result = try outcome(
        of: Study(
          subject: subject, settings: more, journal: journal,
          benches: { costs, stop throws(EvaluationError) in
            made += 1
            return try maker(costs, stop)
          }, interruption: StopSignal { bench.evaluated.count >= 2 }))
      #expect(made == 1 && result.isInterrupted && result.trials.count >= 9)
    }
  }
}
