import Files
import TestSupport
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
    ).renderChat(Conversation(messages ?? self.messages), addGenerationPrompt: true)
  }

  @Test("a model's template sees the conversation and the special tokens")
  func variables() throws {
    #expect(
      try render(
        "{{ bos_token }}{% for m in messages %}{{ m.role[0] }}{{ m['content'] }};{% endfor %}"
          + "{{ eos_token }} {{ add_generation_prompt }} {{ tools }}")
        == "<s>s Be brief. ;uHi;aHello;u1 < 2?;</s> True None")
  }

  @Test(
    "a template that is not understood, or fails, is an error of its file",
    arguments: [
      "{# a comment #}\nx{% raw_missing is defined %}", "{{ undefined_thing.x }}",
      "{{ raise_exception('only two roles') }}", "{% if x %}", "{{ 1 + }}", "{{ 'a' | nosuch }}",
      "{% include 'x' %}",
    ])
  func errors(template: String) throws {
    #expect {
      try render(template)
    } throws: { error in
      guard let error = error as? InputError else { return false }
      return error.file.hasSuffix("chat_template.jinja") && error.field == "chat_template"
    }
  }

  @Test("what a template refuses becomes its own words")
  func refusal() {
    #expect {
      try render("{{ raise_exception('Roles must alternate') }}")
    } throws: {
      "\($0)".contains("Roles must alternate")
    }
  }

  @Test("a template that never ends is an error of its file too")
  func runaway() {
    #expect(throws: InputError.self) {
      try render("{% for i in range(1000000000) %}x{% endfor %}")
    }
  }

  @Test("a conversation is encoded up to where the answer begins, without further special tokens")
  func encoding() throws {
    let tokenizer = try Tokenizer(directory: referenceModel)
    let text = try tokenizer.renderChat(Conversation(messages), addGenerationPrompt: true)
    #expect(
      try tokenizer.encode(conversation: Conversation(messages))
        == tokenizer.encode(text, addSpecialTokens: false))
  }

  /// Copies of cases from public trackers, with what transformers renders.
  @Test(
    "messages are rendered with all their members, literals with Python's escapes",
    arguments: ["message-fields", "message-content", "template-escapes", "template-not-parsed"])
  func cases(name: String) throws {
    let root = try JSONField.read(fixture("templates/\(name).json"))
    let tokenizer = try load(
      smallLlama2.compact,
      files: ["chat_template.jinja": try root.required("template").string()])
    let text = try tokenizer.renderChat(
      try Conversation(try root.required("messages")), addGenerationPrompt: false)
    #expect(text.utf8.elementsEqual(try root.required("want").string().utf8))
  }

  @Test("tools and other variables reach the template, and win over special tokens")
  func furtherVariables() throws {
    let tokenizer = try load(
      smallLlama2.compact,
      files: [
        "chat_template.jinja":
          "{{ tools | tojson }}{{ documents }}{{ enable_thinking }}{{ bos_token }}",
        "tokenizer_config.json": #"{"bos_token": "<s>"}"#,
      ])
    let json: JSON = [
      "messages": [["role": "user", "content": "a"]], "tools": [["b": 1, "a": [1.5, .null]]],
      "chat_template_kwargs": ["enable_thinking": false, "bos_token": "<x>"],
    ]
    let conversation = try Conversation(JSONField(json, file: "chat.json"))
    #expect(
      try tokenizer.renderChat(conversation, addGenerationPrompt: true)
        == #"[{"b": 1, "a": [1.5, null]}]NoneFalse<x>"#)
  }

  @Test(
    "a template that is not understood stops conversations, not plain text",
    arguments: [
      #"{"chat_template": "{% nosuch %}"}"#,
      #"{"chat_template": [{"name": "x", "template": "y"}]}"#,
    ])
  func plainText(configuration: String) throws {
    let tokenizer = try load(
      smallLlama2.compact, files: ["tokenizer_config.json": configuration])
    #expect(!tokenizer.encode("hello").isEmpty && tokenizer.hasChatTemplate)
    #expect(throws: InputError.self) {
      try tokenizer.renderChat(Conversation(messages), addGenerationPrompt: true)
    }
  }

  @Test("a model without a template says so")
  func missing() throws {
    let tokenizer = try load(smallLlama2.compact)
    #expect(!tokenizer.hasChatTemplate)
    #expect(throws: InputError.self) {
      try tokenizer.renderChat(Conversation(messages), addGenerationPrompt: true)
    }
  }
}
