import Inference
import Testing

@testable import CommandLineInterface

@Suite("Text layout")
struct TextLayoutTests {
  @Test("lines are broken at spaces alone")
  func wrapping() {
    #expect(wrapped("aa bb cc", width: 5) == ["aa bb", "cc"])
    #expect(wrapped("aa b\(noBreakSpace)b cc", width: 5) == ["aa", "b b", "cc"])
    #expect(wrapped("longer than it", width: 4) == ["longer", "than", "it"])
    #expect(
      wrapped(["one two", "three"], lead: "x: ", indent: 3, width: 12) == [
        "x: one two", "   three",
      ])
  }

  @Test("a table that is too wide has narrower columns first, then fewer, and keeps its first")
  func narrowTables() {
    let table = TextTable<Int>(columns: [
      .init(title: "  draft", width: 22) { "  trial \($0)" },
      .init(title: "bits", width: 6, isRight: true, rank: 2) { "\($0)" },
      .init(title: "accepted", width: 10, isRight: true, rank: 1) { "\($0)%" },
      .init(title: "  speedup", width: 24) { _ in "  1.50x (1.48–1.52)" },
    ])
    let wide = table.lines([1, 2], width: 80)
    #expect(wide == [table.header, table.line(1), table.line(2)].map(trimmed))
    #expect(
      table.lines([1, 20], width: 50) == [
        "  draft     bits  accepted  speedup",
        "  trial 1      1        1%  1.50x (1.48–1.52)",
        "  trial 20    20       20%  1.50x (1.48–1.52)",
      ])
    #expect(table.lines([1], width: 40)[0] == "  draft    accepted  speedup")
    #expect(table.lines([1], width: 30)[1] == "  trial 1  1.50x (1.48–1.52)")
    #expect(table.lines([1], width: 5).count == 2)
  }

  @Test("figures of a generation go on below themselves where there is little room")
  func figures() {
    var telemetry = DecodingTelemetry()
    telemetry.roundCount = 12
    telemetry.draftTokenCount = 100
    let figures = DecodingFigures(drafted: telemetry, plain: nil)
    let wide = figures.lines(width: 80)
    for width in [40, 60] {
      let narrow = figures.lines(width: width)
      #expect(narrow.count > wide.count && narrow.allSatisfy { $0.count <= width })
      #expect(narrow.contains { $0.hasPrefix(String(repeating: " ", count: 18)) })
    }
    #expect(wide.allSatisfy { !$0.hasPrefix(" ") } && wide == figures.lines(width: 200))
  }

  @Test("a table's header and lines stand in the same columns")
  func tables() {
    let table = TextTable<Int>(columns: [
      .init(title: "name", width: 6) { "n\($0)" },
      .init(title: "count", width: 7, isRight: true) { "\($0 * 1000)" },
    ])
    #expect(table.header == "name    count")
    #expect(table.line(3) == "n3       3000")
    #expect(table.line(12_345_678) == "n12345678" + "12345678000")
  }
}
