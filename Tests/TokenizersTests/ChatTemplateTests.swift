import Files
import Testing

@testable import Tokenizers

@Suite("Chat templates")
struct ChatTemplateTests {
  private let messages = [
    ChatMessage(role: "system", content: " Be brief. "),
    ChatMessage(role: "user", content: "Hi"), ChatMessage(role: "assistant", content: "Hello"),
    ChatMessage(role: "user", content: "1 < 2?"),
  ]

  private func render(_ template: String, _ messages: [ChatMessage]? = nil) throws -> String {
    try load(
      smallLlama2.compact,
      files: [
        "chat_template.jinja": template,
        "tokenizer_config.json": #"{"bos_token": "<s>", "eos_token": {"content": "</s>"}}"#,
      ]
    ).renderChat(messages ?? self.messages, addGenerationPrompt: true)
  }

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
      #expect {
        try render(template)
      } throws: { error in
        guard let error = error as? InputError else { return false }
        return error.file.hasSuffix("chat_template.jinja") && error.field == "chat_template"
      }
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
    #expect(throws: InputError.self) { try render(template) }
  }

  @Test("a model without a template says so")
  func missing() throws {
    let tokenizer = try load(smallLlama2.compact)
    #expect(!tokenizer.hasChatTemplate)
    #expect(throws: InputError.self) {
      try tokenizer.renderChat(messages, addGenerationPrompt: true)
    }
  }
}
