import Testing

@testable import Tokenizers

@Suite("Split patterns")
struct SplitPatternTests {
  @Test("the patterns of Llama 3 and Qwen 2 cut as their regular expressions do")
  func patterns() {
    func pieces(_ pattern: SplitPattern, _ text: String) -> [String] {
      pattern.split(Array(text.unicodeScalars)[...]).map { String(String.UnicodeScalarView($0)) }
    }
    // By Python's `regex` module with the expressions as they stand in the files.
    #expect(
      pieces(.llama3, "I'M 12345  ok!!\n\n x") == [
        "I", "'M", " ", "123", "45", " ", " ok", "!!\n\n", " x",
      ])
    #expect(pieces(.qwen2, "a12\r\n \tb") == ["a", "1", "2", "\r\n", " ", "\tb"])
    #expect(
      pieces(.gpt2, "I'M we'll  12a\n b") == [
        "I", "'", "M", " we", "'ll", " ", " 12", "a", "\n", " b",
      ])
  }
}
