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

  @Test("a terminal's line is drawn again; elsewhere lines come from time to time; quiet is quiet")
  func reporting() {
    func output(isTerminal: Bool, isQuiet: Bool) -> [String] {
      var written: [String] = []
      var time = 0.0
      let reporter = ProgressReporter(
        isTerminal: isTerminal, isQuiet: isQuiet, write: { written.append($0) }, now: { time },
        width: { 60 })
      for step in 0...400 {
        reporter.update("trial", step, of: 400)
        time += 0.5
      }
      reporter.say("note", always: true)
      return written
    }
    let terminal = output(isTerminal: true, isQuiet: false)
    #expect(terminal.count > 300 && terminal.dropLast(2).allSatisfy { $0.hasPrefix("\r") })
    let plain = output(isTerminal: false, isQuiet: false)
    #expect(plain.count >= 20 && plain.count < 45 && plain.allSatisfy { $0.hasSuffix("\n") })
    #expect(plain.contains { $0.hasPrefix("trial 400/400") })
    #expect(output(isTerminal: false, isQuiet: true) == ["note\n"])
  }
}
