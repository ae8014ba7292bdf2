import SkipSearch
import StudyTestSupport
import Testing

@testable import CommandLineInterface

@Suite("Progress")
struct ProgressTests {
  private let state = ProgressState(
    label: "trial", done: 50, total: 200, elapsed: 100, note: "best 1.42x")

  @Test("a line has count, rate, time to go and the best so far, and never exceeds the width")
  func lines() {
    #expect(state.line(width: 80) == "trial 50/200 · 2.0 s each · ETA 5:00 · best 1.42x")
    for width in 1...80 { #expect(state.line(width: width).count <= width) }
    #expect(state.line(width: 30).hasPrefix("trial 50/200"))
    var resumed = state
    resumed.before = 40
    #expect(resumed.line(width: 80) == "trial 50/200 · 10.0 s each · ETA 25:00 · best 1.42x")
    #expect(ProgressState.clock(3723) == "1:02:03" && ProgressState.rate(2.44) == "2.4/s")
  }

  @Test("the time to go is never beyond the time limit")
  func limit() {
    var state = state
    state.limit = 90
    #expect(state.line(width: 80) == "trial 50/200 · 2.0 s each · ETA 1:30 · best 1.42x")
    state.limit = -3
    #expect(state.remaining == 0)
    var written: [String] = []
    var time = 5.0
    let reporter = ProgressReporter(
      isQuiet: false, write: { written.append($0) }, now: { time })
    var settings = StudySettings()
    settings.timeLimit = 60
    reporter.begin(JournalHeader(subject: .test(layerCount: 5), settings: settings))
    for step in 0...3 {
      reporter.update("trial", step, of: 400)
      time += 10
    }
    #expect(written[2].contains("ETA 0:40") && written[3].contains("ETA 0:30"), "\(written)")
  }

  @Test("lines come from time to time; quiet is quiet")
  func reporting() {
    func output(isQuiet: Bool) -> [String] {
      var written: [String] = []
      var time = 0.0
      let reporter = ProgressReporter(
        isQuiet: isQuiet, write: { written.append($0) }, now: { time })
      for step in 0...400 {
        reporter.update("trial", step, of: 400)
        time += 0.5
      }
      reporter.say("note", always: true)
      return written
    }
    let plain = output(isQuiet: false)
    #expect(plain.count >= 20 && plain.count < 45 && plain.allSatisfy { $0.hasSuffix("\n") })
    #expect(plain.contains { $0.hasPrefix("trial 400/400") })
    #expect(output(isQuiet: true) == ["note\n"])
  }
}
