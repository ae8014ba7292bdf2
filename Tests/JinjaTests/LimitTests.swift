import Jinja
import Testing

@Suite("Limits of templates")
struct LimitTests {
  @Test(
    "a template that never ends, or nests without end, is refused",
    arguments: [
      "{% for i in range(1000000000) %}x{% endfor %}",
      "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
      "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}",
      "{{ 'aaaaaaaaaaaaaaaa' * 100000000 }}",
      String(repeating: "{% if 1 %}", count: 5000),
      "{{ " + String(repeating: "(", count: 5000) + "1" + String(repeating: ")", count: 5000)
        + " }}",
      "{{ " + String(repeating: "not ", count: 100_000) + "1 }}",
      "{{ 1" + String(repeating: " + 1", count: 100_000) + " }}",
    ])
  func runaway(template: String) {
    #expect(throws: TemplateError.self) { try render(template) }
  }

  @Test("the longest and deepest expressions that are taken fit the stack")
  func longest() throws {
    #expect(try render("{{ 1" + String(repeating: " + 1", count: 990) + " }}") == "991")
    #expect(try render("{{ 1" + String(repeating: " and 1", count: 990) + " }}") == "1")
    #expect(try render("{{ " + String(repeating: "not ", count: 1990) + "1 }}") == "True")
    let open = String(repeating: "(", count: 60)
    let close = String(repeating: ")", count: 60)
    #expect(try render("{{ \(open)1\(close) }}") == "1")
  }
}
