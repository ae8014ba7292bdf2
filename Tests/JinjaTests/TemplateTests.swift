import Jinja
import Testing

/// Renders a template with a conversation and what else a chat template is given.
func render(_ template: String) throws -> String {
  let messages = [
    ("system", " Be brief. "), ("user", "Hi"), ("assistant", "Hello"), ("user", "1 < 2?"),
  ].map { Value.dictionary([("role", .string($0.0)), ("content", .string($0.1))]) }
  return try Template(template).render([
    ("messages", .list(messages)), ("bos_token", .string("<s>")),
    ("add_generation_prompt", .bool(true)),
  ])
}

@Suite("Templates")
struct TemplateTests {
  /// Expected texts by jinja2 3.1 with trim_blocks and lstrip_blocks.
  @Test(
    "constructs render as Jinja renders them",
    arguments: [
      ("{{ bos_token }}{% for m in messages %}{{ m.role[0] }}{% endfor %}", "<s>suau"),
      ("{% if messages[0]['role'] == 'system' %}\n  yes\n{% else %}\n  no\n{% endif %}", "  yes\n"),
      ("a\n  {%- set x = 1 + 2 * 3 -%}\n  {{ x }}", "a7"),
      ("{{ messages[0].content | trim ~ '!' }}", "Be brief.!"),
      (
        "{% for m in messages[1:] %}{{ loop.index }}{{ ',' if not loop.last }}{% endfor %}", "1,2,3"
      ),
      (
        "{% set ns = namespace(n=0) %}{% for m in messages if m.role == 'user' %}"
          + "{% set ns.n = ns.n + 1 %}{% endfor %}{{ ns.n }}", "2"
      ),
      ("{% set x = 1 %}{% for m in messages %}{% set x = 2 %}{% endfor %}{{ x }}", "1"),
      ("{% macro f(a, b='-') %}{{ a }}{{ b }}{% endmacro %}{{ f(1) }}{{ f(2, b='+') }}", "1-2+"),
      (
        "{{ messages | length }} {{ 7 // 2 }} {{ -7 % 3 }} {{ 1 / 2 }} {{ 'a' * 3 }}",
        "4 3 2 0.5 aaa"
      ),
      (
        "{{ ('<b>' | e) + '<i>' }} {{ '<i>' + ('<b>' | safe) }}", "&lt;b&gt;&lt;i&gt; &lt;i&gt;<b>"
      ),
      (
        "{{ '<' | e ~ '<' }} {{ ('a' | safe) == 'a' }} {{ 'a' in ('ab' | safe) }}",
        "&lt;< True True"
      ),
      (
        "{{ [('<' | e) | upper, '<' | safe | replace('<', '>')] }} {{ {('a' | safe): 1}['a'] }}",
        "[Markup('&LT;'), '>'] 1"
      ),
      ("{{ missing is defined }} {{ none is none }} {{ missing }}|", "False True |"),
      ("{{ 'x' in 'xyz' and 'q' not in ['a'] }} {{ 1 < 2 <= 2 }}", "True True"),
      (
        "{{ 'a,b'.split(',')[1] }}{{ 'Abc'.upper() }}{{ ' x '.strip() }}{{ 'abc'[::-1] }}",
        "bABCxcba"
      ),
      ("{{ {'a': [1, true, none, 'é']} | tojson }}", #"{"a": [1, true, null, "é"]}"#),
      ("{# a comment #}\nx{% raw_missing is defined %}", nil),
      ("{{ messages | map(attribute='role') | join('-') }}", "system-user-assistant-user"),
      ("{{ (messages | selectattr('role', 'equalto', 'user') | list)[1].content }}", "1 < 2?"),
      ("{{ undefined_thing.x }}", nil),
      ("{{ raise_exception('only two roles') }}", nil),
      ("{% for i in range(3) %}{% if i == 1 %}{% continue %}{% endif %}{{ i }}{% endfor %}", "02"),
      ("{% generation %}x{% endgeneration %}", "x"),
      (
        "{% set t %}a{{ 1 }}{% endset %}{{ t }}{{ t | default('z') }}{{ q | default('z') }}",
        "a1a1z"
      ),
      ("{{ 'yes' if add_generation_prompt else 'no' }}", "yes"),
      ("{% if x %}", nil), ("{{ 1 + }}", nil), ("{{ 'a' | nosuch }}", nil),
      ("{% include 'x' %}", nil),
    ] as [(String, String?)])
  func constructs(template: String, expected: String?) throws {
    guard let expected else {
      #expect(throws: TemplateError.self) { try render(template) }
      return
    }
    #expect(try render(template) == expected)
  }

  @Test("what a template refuses becomes its own words")
  func refusal() {
    #expect {
      try render("{{ raise_exception('Roles must alternate') }}")
    } throws: {
      "\($0)".contains("Roles must alternate")
    }
  }
}
