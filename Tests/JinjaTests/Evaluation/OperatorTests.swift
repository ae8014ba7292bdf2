import Jinja
import Testing

@Suite("Operators")
struct OperatorTests {
  /// Expected texts by jinja2 3.1.
  @Test(
    "compute, and bind as Jinja's",
    arguments: [
      (
        "{{ 1 + 2 }} {{ 1 - 2 }} {{ 2 * 3 }} {{ 7 / 2 }} {{ -7 // 2 }} {{ -7 % 3 }} "
          + "{{ 7.5 // 2 }} {{ 7.5 % 2 }}", "3 -1 6 3.5 -4 2 3.0 1.5"
      ),
      (
        "{{ 1 == 1.0 }} {{ 1 != 2 }} {{ 1 < 1 }} {{ 1 <= 1 }} {{ 2 > 1 }} {{ 1 >= 2 }} "
          + "{{ 'a' < 'b' }} {{ 'b' >= 'b' }}", "True True False True True False True True"
      ),
      ("{{ 1 in [1] }} {{ 1 not in [1] }} {{ 'a' in {'a': 1} }}", "True False True"),
      (
        "{{ 0 or 'x' }} {{ 0 and 'x' }} {{ not 0 }} {{ not not 0 }} {{ 1 and 2 or 3 }} "
          + "{{ false or not true }}", "x 0 True False 2 False"
      ),
      (
        "{{ 'a' ~ 1 ~ none }} {{ 'a' + 'b' }} {{ [1] + [2] }} {{ 'ab' * 2 }}",
        "a1None ab [1, 2] abab"
      ),
      (
        "{{ '1' + 2 ~ 3 * 4 }} {{ 10 - 2 - 3 }} {{ 2 + 3 * 4 - 5 }} {{ 8 / 2 / 2 }}",
        "1212 5 9 2.0"
      ),
      ("{{ 1 < 2 < 3 }} {{ 3 > 2 > 2 }} {{ 1 + 1 == 2 and not 2 in [3] }}", "True False True"),
      (
        "{{ -2 * 3 }} {{ 2 - -1 }} {{ -2 | abs }} {{ 'a' if 0 else 'b' if 1 else 'c' }}",
        "-6 3 2 b"
      ),
    ])
  func operators(template: String, expected: String) throws {
    #expect(try render(template) == expected)
  }

  @Test("an error says where it is")
  func place() {
    let error = #expect(throws: TemplateError.self) { try render("a\n {{ 2 }}{{ 1 nosuch }}") }
    #expect(error?.description == "line 2, column 14: expected the tag's end, found 'nosuch'")
  }

  @Test("an error says what cannot be computed")
  func mismatch() {
    let error = #expect(throws: TemplateError.self) { try render("{{ 'a' // 2 }}") }
    #expect(error?.description == "line 1, column 8: cannot compute a string // a number")
  }

  @Test("a namespace can be looked into where it is made")
  func namespace() throws {
    #expect(try render("{{ namespace(a=1).a }} {{ namespace(b=2)['b'] }}") == "1 2")
  }
}
