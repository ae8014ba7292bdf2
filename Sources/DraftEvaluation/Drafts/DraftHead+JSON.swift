import Files
import Foundation
import Inference

extension DraftHead: JSONRecord {
  /// `{"bits": "model", "vocabulary": null}`.
  package static func record(
    _ member: JSONMembers<DraftHead>
  ) throws(InputError) -> DraftHead {
    DraftHead(
      precision: try member("bits", \.precision, .precision.ifAbsent(.model)),
      vocabulary: try member("vocabulary", \.vocabulary, .nullable(DraftVocabulary.codec)))
  }
}

extension DraftVocabulary: JSONRecord {
  /// `{"size": n, "ids": "…"}`: ids ascending, each but the first as its difference from the one
  /// before, in 32-bit little-endian words, in base64.
  package static func record(
    _ member: JSONMembers<DraftVocabulary>
  ) throws(InputError) -> DraftVocabulary {
    member.derived("size") { .integer($0.count) }
    return try member("ids", \.self, ids)
  }

  private static let ids = JSONCodec<String>.string.converted(
    read: { text, field throws(InputError) in
      guard let bytes = Data(base64Encoded: text), !bytes.isEmpty, bytes.count % 4 == 0 else {
        throw field.error("expected base64 of 32-bit words")
      }
      var ids: [UInt32] = []
      var last: UInt32?
      for start in stride(from: 0, to: bytes.count, by: 4) {
        let word = (0..<4).reduce(UInt32(0)) {
          $0 | UInt32(bytes[bytes.startIndex + start + $1]) << (8 * UInt32($1))
        }
        let (id, overflows) = (last ?? 0).addingReportingOverflow(word)
        guard !overflows, last == nil || word > 0 else {
          throw field.error("the token ids do not ascend")
        }
        ids.append(id)
        last = id
      }
      return DraftVocabulary(ids)
    },
    write: { (vocabulary: DraftVocabulary) in
      var bytes = Data()
      var last: UInt32 = 0
      for id in vocabulary.ids {
        withUnsafeBytes(of: (id - last).littleEndian) { bytes.append(contentsOf: $0) }
        last = id
      }
      return bytes.base64EncodedString()
    })
}
