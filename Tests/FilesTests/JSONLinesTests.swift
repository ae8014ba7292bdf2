import Files
import Testing

@Suite("JSON lines")
struct JSONLinesTests {
  private func lines(_ text: [String]) -> JSONLines {
    var rest = text[...]
    return JSONLines(file: "requests") { rest.popFirst() }
  }

  @Test("values come with their line's number, and blank lines are skipped but counted")
  func numbering() throws {
    var lines = lines(["{\"a\": 1}", "", "  \t", "[2, \"x\"]"])
    let first = try #require(try lines.next())
    #expect(first.path == "line 1" && first.file == "requests")
    #expect(try first.required("a").integer() == 1)
    let second = try #require(try lines.next())
    #expect(second.path == "line 4" && lines.count == 4)
    let error = #expect(throws: InputError.self) { try second.elements()[1].integer() }
    #expect(
      error?.description == "requests: line 4[1]: expected an integer, found a string")
    #expect(try lines.next() == nil)
  }

  @Test("a line that is no JSON is an error that names it, and reading goes on after it")
  func errors() throws {
    var lines = lines(["", "nonsense", "3"])
    let error = #expect(throws: InputError.self) { try lines.next() }
    #expect(error?.kind == .unusable && error?.description.contains("line 2") == true)
    #expect(try lines.next()?.integer() == 3)
  }
}
