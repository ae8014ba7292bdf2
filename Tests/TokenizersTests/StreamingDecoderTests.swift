import TestSupport
import Testing

@testable import Tokenizers

@Suite("Streaming")
struct StreamingDecoderTests {
  @Test("pieces of a stream together are the decoded list, and no piece splits a character")
  func streaming() throws {
    var random = SplitMix64(seed: 1)
    let small = try load(smallLlama2.compact)
    let reference = try Tokenizer(directory: referenceModel)
    for tokenizer in [small, reference] {
      for _ in 0..<400 {
        let ids = (0..<Int.random(in: 0...30, using: &random)).map { _ in
          Int.random(in: 0..<tokenizer.vocabularySize, using: &random)
        }
        for skips in [true, false] {
          var stream = StreamingDecoder(tokenizer, skipSpecialTokens: skips)
          let pieces = ids.map { stream.append($0) } + [stream.finish()]
          let whole = tokenizer.decode(ids, skipSpecialTokens: skips)
          #expect(pieces.joined().utf8.elementsEqual(whole.utf8))
        }
      }
    }
    // A character of four bytes comes out whole, with its last byte.
    let ids = reference.encode("🙂")
    var stream = StreamingDecoder(reference, skipSpecialTokens: true)
    #expect(ids.count > 1 && ids.map { stream.append($0) }.filter { !$0.isEmpty } == ["🙂"])
  }
}
