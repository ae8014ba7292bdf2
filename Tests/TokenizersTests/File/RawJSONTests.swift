import Testing

@testable import Tokenizers

@Suite("JSON that is only walked over")
struct RawJSONTests {
  /// The bytes that are passed over, and whether that was a value.
  private func skipped(_ text: String) -> Int? {
    Array(text.utf8).withUnsafeBufferPointer { bytes in
      var json = RawJSON(bytes)
      return json.skipValue().map(\.count)
    }
  }

  @Test("a value is passed over whole, with all that is in it")
  func values() {
    for text in ["1", "\"a\\\"b\"", "[1, [2, {\"a\": null}]]", "{}", "-1e3"] {
      #expect(skipped(text + ", 7") == text.utf8.count, "\(text)")
    }
  }

  @Test("what is no value ends the walk, a control character too")
  func ends() {
    for text in ["", "[1, 2", "[\u{1}]", "[1 \u{1} 2]", "\u{0}", "{\"a\u{1}\": 1}", "]", "\"a\\"] {
      #expect(skipped(text) == nil, "\(text)")
    }
  }
}
