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

  /// The head with its vocabulary by name alone: what is written many times over.
  package var withoutTokens: DraftHead {
    DraftHead(
      precision: precision,
      vocabulary: vocabulary.map {
        DraftVocabulary(count: $0.count, fingerprint: $0.fingerprint)
      })
  }
}

extension Draft {
  /// The draft as a journal or a list of trials has it, with its vocabulary by name alone.
  package var withoutTokens: Draft {
    Draft(
      model: DraftModel(skip: model.skip, weights: model.weights, head: model.head.withoutTokens),
      stop: stop)
  }
}

extension DraftVocabulary: JSONRecord {
  /// `{"size": n, "fingerprint": "…", "ids": "…"}`: ids ascending, each but the first as its
  /// difference from the one before, in 32-bit little-endian words, in base64; null where the
  /// vocabulary is written by name alone.
  package static func record(
    _ member: JSONMembers<DraftVocabulary>
  ) throws(InputError) -> DraftVocabulary {
    let count = try member("size", \.count, .integer(in: 1...(1 << 32)))
    let fingerprint = try member("fingerprint", \.fingerprint, .hexadecimal)
    let complete = try member("ids", { $0.isComplete ? $0 : nil }, .nullable(ids))
    guard let complete else { return DraftVocabulary(count: count, fingerprint: fingerprint) }
    // Never thrown when writing.
    guard complete.count == count else {
      throw member.error("\"ids\" has \(complete.count) tokens, \"size\" says \(count)")
    }
    guard fingerprint == 0 || complete.fingerprint == fingerprint else {
      throw member.error("\"ids\" are not the tokens that \"fingerprint\" stands for")
    }
    return complete
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

extension JSONCodec<UInt64> {
  /// Sixteen hexadecimal digits; 0 where there are none, as in files that others wrote.
  fileprivate static var hexadecimal: JSONCodec {
    JSONCodec<String>.string.converted(
      read: { text, field throws(InputError) in
        guard let value = UInt64(text, radix: 16) else {
          throw field.error("expected hexadecimal digits")
        }
        return value
      },
      write: { value in
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
      }
    ).ifAbsent(0)
  }
}
