import Files
import Foundation
import TestSupport
import Tokenizers

/// A tokenizer's files, and chat templates.
func textTargets() throws -> [FuzzTarget] {
  let tokenizers = try tokenizerSeeds()
  let templates = try templateSeeds()
  return try [
    FuzzTarget("tokenizer", .json, seeds: tokenizers) { bytes, directory in
      try writeBytes(bytes, to: "\(directory)/tokenizer.json")
      try use(try Tokenizer(directory: directory))
    },
    FuzzTarget("tokenizer-config", .json, seeds: [tokenizerConfiguration]) { bytes, directory in
      try once(directory) {
        try writeBytes(tokenizers[0], to: "\(directory)/tokenizer.json")
      }
      try writeBytes(bytes, to: "\(directory)/tokenizer_config.json")
      try use(try Tokenizer(directory: directory))
    },
    FuzzTarget(
      "added-tokens", .json, seeds: [Array(#"{"<a>": 280, "<b>": 281, "<c>": 282}"#.utf8)]
    ) { bytes, directory in
      try once(directory) {
        try writeBytes(tokenizers[0], to: "\(directory)/tokenizer.json")
      }
      try writeBytes(bytes, to: "\(directory)/added_tokens.json")
      try use(try Tokenizer(directory: directory))
    },
    FuzzTarget(
      "special-tokens", .json,
      seeds: [
        Array(#"{"bos_token": "<s>", "eos_token": {"content": "</s>", "lstrip": false}}"#.utf8)
      ]
    ) { bytes, directory in
      try once(directory) {
        try writeBytes(tokenizers[0], to: "\(directory)/tokenizer.json")
      }
      try writeBytes(bytes, to: "\(directory)/special_tokens_map.json")
      try use(try Tokenizer(directory: directory))
    },
    FuzzTarget("template", .text(templateWords), seeds: templates) { bytes, directory in
      try once(directory) {
        // One that is read in no time.
        let tokenizer =
          #"{"model": {"type": "BPE", "vocab": {"<s>": 0, "</s>": 1, "a": 2}, "merges": []}}"#
        try writeBytes(Array(tokenizer.utf8), to: "\(directory)/tokenizer.json")
      }
      try writeBytes(bytes, to: "\(directory)/chat_template.jinja")
      let tokenizer = try Tokenizer(directory: directory)
      _ = try tokenizer.encode(conversation: conversation)
    },
  ]
}

let conversation: Conversation = {
  let json: JSON = [
    "messages": [
      ["role": "system", "content": "Be brief."],
      ["role": "user", "content": [["type": "text", "text": "What is 2 + 2?"]]],
      [
        "role": "assistant", "content": .null, "reasoning_content": "adding",
        "tool_calls": [["function": ["name": "add", "arguments": ["a": 2, "b": 2]]]],
      ],
      ["role": "tool", "content": "4"], ["role": "user", "content": "<b>Why?</b>\n"],
    ],
    "tools": [["type": "function", "function": ["name": "add", "parameters": [:]]]],
  ]
  do throws(InputError) {
    return try Conversation(JSONField(json, file: "conversation"))
  } catch {
    return Conversation([ChatMessage(role: "user", content: "What is 2 + 2?")])
  }
}()

/// Texts of all sorts there and back.
func use(_ tokenizer: Tokenizer) throws {
  let texts = [
    "", " ", "Hello World, it's  42!\n\n x", "naïve ＡＢ ﬁ\t\r\n 你好 한국어 👩‍👩‍👧 e\u{301}",
    "<s>a</s> <a><b> \u{0}",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
  ]
  for text in texts {
    let ids = tokenizer.encode(text)
    _ = tokenizer.decode(ids, skipSpecialTokens: false)
    _ = tokenizer.decode(ids, skipSpecialTokens: true)
  }
  _ = tokenizer.decode([0, tokenizer.vocabularySize - 1], skipSpecialTokens: false)
  guard tokenizer.hasChatTemplate else { return }
  _ = try tokenizer.encode(conversation: conversation)
}

private let tokenizerConfiguration = Array(
  #"""
  {"bos_token": "<s>", "eos_token": {"content": "</s>"}, "unk_token": "<unk>",
   "added_tokens_decoder": {
     "280": {"content": "<a>", "special": true, "lstrip": false, "rstrip": true, "normalized": false,
             "single_word": false},
     "281": {"content": "<b>", "special": false, "lstrip": true, "rstrip": false,
             "normalized": true, "single_word": true}},
   "chat_template": [{"name": "default",
     "template": "{% for m in messages %}{{ m['role'] + ': ' }}{{ m.content }}{% endfor %}"},
     {"name": "tool_use", "template": "{{ tools | tojson }}"}]}
  """#.utf8)

private let templateWords = [
  "{{", "}}", "{%", "%}", "{%-", "-%}", "{#", "#}", " if ", " else ", "{% endif %}",
  "{% for m in messages %}",
  "{% endfor %}", " loop.index ", " loop.previtem ", "{% set x = ", " namespace(",
  "{% macro f(a, b=1) %}",
  "{% endmacro %}", "{% call f() %}", "{% endcall %}", "{% filter upper %}", "{% endfilter %}",
  " | length",
  " | tojson(indent=2)", " | join(', ')", " | map(attribute='role')", " | selectattr('a', 'eq', 1)",
  " | sort",
  " | groupby('role')", " | batch(3)", " | slice(2)", " | indent(1000000)",
  " | replace('a', 'b' * 999)",
  " | round(2)", " | int", " | float", " | format(1, 2)", ".split()", ".strip()", "[::-1]", "[1:]",
  "[-9223372036854775808]",
  " // 0", " % -1", " ** 9999", " * 1000000", " ~ ", " in ", " not ", " is defined",
  " is divisibleby(0)", "range(0, 10**9)",
  "9223372036854775807", "1e308", "'%s'", "'{:>1000000}'.format(1)", "'%999999d' % 1",
  "{% break %}", "{% continue %}",
  "(", ")", "[", "]", "'", "\"", ",", ":", "|", "raise_exception('no')", "strftime_now('%Y')",
  "lipsum()", "cycler(1,2)",
  "joiner()", "dict(a=1)", "{% raw %}", "{% endraw %}", "{% generation %}", "{% endgeneration %}",
  "\n", "  ",
  "[[]]", " recursive ", "loop(messages)", "x.append(x)", "ns.x", "{% set ns.x = ns %}",
  "{% include 'a' %}", "\\u{1F600}",
]

private func templateSeeds() throws -> [[UInt8]] {
  let cases = try JSONField.read(fixture("templates/cases.json")).required("cases").elements()
  var seeds: [[UInt8]] = []
  for entry in cases { seeds.append(Array(try entry.required("template").string().utf8)) }
  let chat =
    "{%- for m in messages -%}{{- '<|' ~ m.role ~ '|>\\n' ~ (m.content or '') ~ eos_token -}}"
    + "{%- if loop.last and add_generation_prompt %}{{ '<|assistant|>' }}{% endif -%}{%- endfor -%}"
  return seeds + [Array(chat.utf8)]
}

/// Small tokenizers with the steps of all families.
private func tokenizerSeeds() throws -> [[UInt8]] {
  let families = try JSONField.read(fixture("golden/text/families.json")).members()
  var seeds: [[UInt8]] = []
  for (_, family) in families {
    func part(_ key: String) -> JSON { family.value[key] ?? .null }
    let json: JSON = [
      "version": "1.0", "added_tokens": addedTokens, "normalizer": part("normalizer"),
      "pre_tokenizer": part("pre_tokenizer"),
      "post_processor": [
        "type": "TemplateProcessing",
        "single": [
          ["SpecialToken": ["id": "<s>", "type_id": 0]], ["Sequence": ["id": "A", "type_id": 0]],
        ],
        "special_tokens": ["<s>": ["id": "<s>", "ids": [0], "tokens": ["<s>"]]],
      ],
      "decoder": part("decoder"),
      "model": [
        "type": "BPE", "dropout": .null, "unk_token": .null, "fuse_unk": false,
        "byte_fallback": false,
        "ignore_merges": part("ignore_merges"), "vocab": .object(vocabulary),
        "merges": ["h e", "l l", ["ll", "o"], "he llo", "Ġ w", "a a", "aa aa"],
      ],
    ]
    seeds.append(Array(json.compact.utf8))
  }
  return seeds
}

private let addedTokens: JSON = .array(
  [(0, "<s>"), (1, "</s>"), (270, "<a>")].map {
    [
      "id": .integer($0.0), "content": .string($0.1), "single_word": false, "lstrip": false,
      "rstrip": $0.0 == 270 ? true : false, "normalized": false,
      "special": $0.0 == 270 ? false : true,
    ]
  })

/// What stands for the 256 bytes in byte-level vocabularies.
let byteLevelAlphabet: [String] = {
  let printable = Array(33...126) + Array(161...172) + Array(174...255)
  let others = (0..<(256 - printable.count)).map { 256 + $0 }
  return (printable + others).map { code in
    Unicode.Scalar(UInt32(code)).map { String(Character($0)) } ?? ""
  }
}()

/// The byte-level alphabet, and a few pieces.
private let vocabulary: [JSON.Member] = {
  let texts =
    ["<s>", "</s>"] + byteLevelAlphabet + ["he", "ll", "llo", "hello", "Ġw", "aa", "aaaa"]
  return texts.enumerated().map { JSON.Member($0.element, .integer($0.offset)) }
}()
