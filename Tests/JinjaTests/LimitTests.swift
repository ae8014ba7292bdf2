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
      "{{ 1" + String(repeating: " + 1", count: 100_000) + " }}",
      "{{ 9223372036854775807 + 1 }}", "{{ -9223372036854775807 - 2 }}", "{{ 10 ** 30 }}",
      "{{ (-9223372036854775807 - 1) // -1 }}", "{{ 5 % 0 }}", "{{ 5 is divisibleby 0 }}",
      "{% set ns = namespace(x=[]) %}{% for i in range(99999) %}{% set ns.x = [ns.x] %}{% endfor %}",
      Self.shared + "{{ ns.x == ns.x }}", Self.shared + "{{ ns.x | tojson }}",
      Self.shared + "{{ ns.x }}", Self.shared + "{{ ns.x in [1, ns.x] }}",
      "{% set s = 'a' * 6000000 %}{% for i in range(99999) %}{{ (s | title)[:1] }}{% endfor %}",
      "{% set s = 'a' * 6000000 %}{% for i in range(99999) %}{{ 'b' in s }}{% endfor %}",
      "{% set s = 'a' * 6000000 %}{% for i in range(99999) %}{{ s[1:2] }}{% endfor %}",
      "{{ ('a\n' * 9000000) | indent(100000) }}", "{{ 'a' | indent(1000000000000) }}",
      "{{ 'a'.center(100000000000) }}", "{{ '%100000000000d' % 1 }}",
      "{{ ('a' * 6000000) | replace('a', 'a' * 1000) }}", "{{ 'x' | center(9999999999) }}",
      "{{ [1] | batch(10000000, 0) | list }}", "{{ [0] * 10000000000 }}",
      "{% set ns = namespace(s='a') %}{% for i in range(99) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}",
    ])
  func runaway(template: String) {
    #expect(throws: TemplateError.self) { try render(template) }
  }

  /// A list of 2⁶⁰ elements that share their parts.
  private static let shared =
    "{% set ns = namespace(x=[0]) %}"
    + "{% for i in range(60) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}"

  @Test("the longest and deepest expressions that are taken fit the stack")
  func longest() throws {
    #expect(try render("{{ 1" + String(repeating: " + 1", count: 990) + " }}") == "991")
    #expect(try render("{{ " + String(repeating: "not ", count: 100_000) + "1 }}") == "True")
    #expect(try render("{{ 1" + String(repeating: " and 1", count: 990) + " }}") == "1")
    #expect(try render("{{ " + String(repeating: "not ", count: 1990) + "1 }}") == "True")
    let open = String(repeating: "(", count: 60)
    let close = String(repeating: ")", count: 60)
    #expect(try render("{{ \(open)1\(close) }}") == "1")
  }
}
