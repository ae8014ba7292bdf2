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
