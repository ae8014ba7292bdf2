import Files
import TestSupport
import Testing

@testable import Tokenizers

@Suite("Byte-pair encoding")
struct BytePairEncodingTests {
  @Test("merging with a heap gives what looking for the best pair again and again gives")
  func naiveMerging() throws {
    var random = SplitMix64(seed: 3)
    let tokenizer = try Tokenizer(directory: referenceModel)
    let root = try JSONField.read("\(referenceModel)/tokenizer.json")
    var ranks: [[String]: Int] = [:]
    for (rank, merge) in try root.required("model").required("merges").elements().enumerated() {
      if case .array = merge.value {
        ranks[try merge.elements().map { try $0.string() }] = rank
      } else {
        ranks[try merge.string().split(separator: " ").map(String.init)] = rank
      }
    }
    for _ in 0..<300 {
      let letters = (0..<Int.random(in: 1...70, using: &random)).map { _ in
        Array("etaonihsrdlu".unicodeScalars).randomElement(using: &random) ?? "e"
      }
      var symbols = letters.map { String($0) }
      while true {
        let best = symbols.indices.dropLast()
          .compactMap { index in ranks[[symbols[index], symbols[index + 1]]].map { ($0, index) } }
          .min { $0 < $1 }
        guard let (_, index) = best else { break }
        symbols[index] += symbols.remove(at: index + 1)
      }
      #expect(
        tokenizer.model.encode(String(String.UnicodeScalarView(letters)).utf8)
          == symbols.map { tokenizer.model.vocabulary.id($0.utf8) ?? -1 })
    }
  }
}
