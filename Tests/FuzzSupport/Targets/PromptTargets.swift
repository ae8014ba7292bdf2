import DraftEvaluation
import EvaluationTestSupport
import Files
import TestSupport
import Tokenizers

/// Prompts, and the conversations in them.
func promptTargets() throws -> [FuzzTarget] {
  let lines = [
    #"{"prompt": "Once upon a time", "kind": "story"}"#,
    #"{"messages": [{"role": "user", "content": "Hi"}, "#
      + #"{"role": "assistant", "content": null, "tool_calls": []}]}"#,
    #"{"messages": [{"role": "user", "content": [{"type": "text", "text": "Hi"}, "there"]}], "#
      + #""tools": [{"a": 1}],"#
      + #" "documents": [], "chat_template_kwargs": {"enable_thinking": false}}"#,
  ]
  let file = Array(lines.map { $0 + "\n" }.joined().utf8)
  let array = Array("[\(lines.joined(separator: ","))]".utf8)
  @Sendable func use(_ bytes: [UInt8], _ path: String) throws {
    try writeBytes(bytes, to: path)
    let set = try PromptSet(file: path)
    for encoder in [ByteEncoder(), ByteEncoder(hasChatTemplate: false)] {
      let encoded = try set.encoded(by: encoder, contextLength: 2048)
      _ = CalibrationSplit(encoded, calibrationCount: 2).fingerprint
    }
  }
  return try [
    FuzzTarget("prompts", .lines, seeds: [file]) { try use($0, "\($1)/prompts.jsonl") },
    FuzzTarget("prompts-json", .json, seeds: [array]) { try use($0, "\($1)/prompts.json") },
    FuzzTarget("conversation", .json, seeds: lines.dropFirst().map { Array($0.utf8) }) {
      bytes, directory in
      try writeBytes(bytes, to: "\(directory)/messages.json")
      let conversation = try Conversation(try JSONField.read("\(directory)/messages.json"))
      _ = try ByteEncoder().ids(conversation: conversation)
    },
  ]
}
