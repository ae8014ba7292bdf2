import Testing

@testable import Report

@Suite("Markup")
struct MarkupTests {
  @Test("text means itself between tags and in quotes")
  func escaping() {
    let hostile = "</script><img src=x onerror='alert(\"&\")'>"
    let source = element("p", ["title": hostile]) { hostile }.source
    #expect(!source.contains("<img") && !source.contains("</script"))
    #expect(source.contains("&lt;img src=x onerror=&#39;alert(&quot;&amp;&quot;)&#39;&gt;"))
    #expect(source.filter { $0 == "<" }.count == 2 && source.filter { $0 == "\"" }.count == 2)
  }

  @Test("what XML cannot write and what turns the text around it is replaced")
  func controls() throws {
    let text = "a\u{0}b\u{1B}c\u{202E}d\u{2066}e\u{FFFF}f\tg\nh\ré😀"
    let source = element("p") { text }.source
    #expect(
      source == "<p>a\u{FFFD}b\u{FFFD}c\u{FFFD}d\u{FFFD}e\u{FFFD}f\tg\nh\u{FFFD}é😀</p>")
    _ = try Page(source)
  }

  @Test("empty elements are closed as HTML wants it")
  func closing() {
    #expect(element("td").source == "<td></td>")
    #expect(element("meta", ["charset": "utf-8"]).source == "<meta charset=\"utf-8\"/>")
    #expect(element("p", ["id": nil, "class": "a"]).source == "<p class=\"a\"></p>")
  }

  @Test(
    "SHA-256 is the standard's",
    arguments: [
      // Python: base64.b64encode(hashlib.sha256(text.encode()).digest())
      ("", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="),
      ("abc", "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="),
      (String(repeating: "a", count: 55), "n0OQ+NMMLdkuyfCVtl4rmumwqSWlJY4kHJ8ekQ9zQxg="),
      (String(repeating: "a", count: 56), "s1Q5pKxvCUi21vnjxq8PX1kM4g8b3nCQ73lwaG7Gc4o="),
      (String(repeating: "a", count: 64), "/+BU/nrgy23GXDr5th1SCfQ5hR20PQulmXM33xVGaOs="),
      (String(repeating: "é", count: 1000), "dWKNiMQR4sej4cuz8OtUmOUUVYdRQv7dYmd5h83s8Qc="),
    ])
  func digests(text: String, digest: String) {
    #expect(SHA256.base64(text) == digest)
  }
}
