import StudyTestSupport
import Synchronization
import Testing

@testable import CommandLineInterface
@testable import SkipSearch

@Suite("The live block")
struct LiveDisplayTests {
  /// A terminal that understands what we send.
  private struct Screen {
    private var rows: [[Unicode.Scalar]] = [[]]
    private var row = 0
    private var column = 0

    var lines: [String] {
      rows.map { scalars in String(String.UnicodeScalarView(scalars)) }
    }

    mutating func write(_ text: String) {
      var rest = text.unicodeScalars[...]
      while let scalar = rest.popFirst() {
        switch scalar {
        case "\r": column = 0
        case "\n":
          (row, column) = (row + 1, 0)
          if row == rows.count { rows.append([]) }
        case "\u{1B}":
          let sequence = rest.prefix { !$0.properties.isAlphabetic }
          rest = rest.dropFirst(sequence.count)
          obey(rest.popFirst(), Int(String(sequence.dropFirst())) ?? 1)
        default:
          while rows[row].count <= column { rows[row].append(" ") }
          rows[row][column] = scalar
          column += 1
        }
      }
    }

    private mutating func obey(_ command: Unicode.Scalar?, _ number: Int) {
      switch command {
      case "A": row = max(0, row - number)
      case "J":
        rows.removeSubrange((row + 1)...)
        fallthrough
      case "K": rows[row] = Array(rows[row].prefix(column))
      default: break
      }
    }
  }

  private final class Output: Sendable {
    let writes = Mutex<[String]>([])
    let time = Mutex(0.0)
    let columns = Mutex(60)
  }

  private func display(_ output: Output) -> LiveDisplay {
    LiveDisplay(
      write: { text in output.writes.withLock { $0.append(text) } },
      now: { output.time.withLock { $0 } },
      size: { (output.columns.withLock { $0 }, 24) })
  }

  @Test("messages stay above the block, which is drawn in place, and nothing of it is left behind")
  func drawing() {
    let output = Output()
    let display = display(output)
    let trial = StudyResult.example().trials[1]
    display.update { progress, _ in progress.begin(trials: 50, layerCount: 5) }
    for step in 1...40 {
      output.time.withLock { $0 += 0.5 }
      display.update { $0.follow(.trial(trial, best: trial, count: step, of: 50), at: $1) }
      if step % 10 == 0 { display.say("note \(step)") }
    }
    var screen = Screen()
    for text in output.writes.withLock({ $0 }) { screen.write(text) }
    #expect(screen.lines.prefix(4) == ["note 10", "note 20", "note 30", "note 40"])
    #expect(screen.lines[5].contains("1.63x"))
    // The cursor stands below.
    #expect(screen.lines.last == "" && screen.lines.count == 4 + 6 + 1)
    display.say("a sentence that is too long for the sixty columns that the terminal has")
    var wrapped = Screen()
    for text in output.writes.withLock({ $0 }) { wrapped.write(text) }
    #expect(wrapped.lines[4] == "a sentence that is too long for the sixty columns that the")
    #expect(wrapped.lines[5] == "terminal has" && wrapped.lines[7].contains("1.63x"))
    display.finish()
    display.draw()
    display.say("the end")
    var after = Screen()
    for text in output.writes.withLock({ $0 }) { after.write(text) }
    #expect(after.lines.prefix(4) == ["note 10", "note 20", "note 30", "note 40"])
    #expect(after.lines.dropFirst(6) == ["the end", ""])
  }

  @Test("no more than ten frames a second, each a single write")
  func frames() {
    let output = Output()
    let display = display(output)
    for _ in 0..<1000 {
      output.time.withLock { $0 += 0.01 }
      display.draw()
    }
    let count = output.writes.withLock { $0.count }
    #expect(count > 80 && count <= 101)
  }

  @Test("a terminal that became narrower has broken the lines that were there")
  func narrower() throws {
    let output = Output()
    let display = display(output)
    display.update { progress, _ in
      progress.follow(.waiting(for: Claim(number: 0, worker: "abcdefg", task: .finals)), at: 0)
    }
    output.time.withLock { $0 += 1 }
    output.columns.withLock { $0 = 25 }
    display.draw()
    // 57 columns are three rows of 25.
    let last = try #require(output.writes.withLock { $0.last })
    #expect(last.hasPrefix("\r\u{1B}[3A"))
  }
}
