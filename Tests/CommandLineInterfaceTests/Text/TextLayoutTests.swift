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
