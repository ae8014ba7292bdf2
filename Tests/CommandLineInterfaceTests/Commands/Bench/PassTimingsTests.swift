import Inference
import Testing

@testable import CommandLineInterface

@Suite("bench --stdin")
struct PassTimingsTests {
  @Test("passes are named by one word, and verifications with their rows")
  func passes() {
    let named: [(String, EnginePass)] = [
      ("decode", .decode), ("draft", .draft), ("prefill", .prefill), ("read", .read),
      ("verify 1", .verify(rows: 1)), ("verify 16", .verify(rows: 16)),
    ]
    for (words, pass) in named {
      #expect(PassTimings.pass(words.split(separator: " ").map(String.init)) == pass)
    }
    for words in [[], ["verify"], ["verify", "0"], ["verify", "x"], ["decode", "1"], ["drafts"]] {
      #expect(PassTimings.pass(words) == nil)
    }
  }
}
