import Files
import Inference

extension CostModel.DraftStep: JSONRecord {
  /// The members of schema 1 are of the checkpoint's own precision; `copies` has the others.
  package static func record(
    _ member: JSONMembers<CostModel.DraftStep>
  ) throws(InputError) -> CostModel.DraftStep {
    let fixed = try member("fixed_seconds", \.fixed, .cost)
    let attention = try member(
      "attention_seconds", \.precisions[.model]?.attention, .nullable(.cost))
    let mlp = try member("mlp_seconds", \.precisions[.model]?.mlp, .nullable(.cost))
    let head = try member("head_seconds", \.precisions[.model]?.head, .nullable(.cost))
    let attentionContext = try member(
      "attention_context_seconds", \.attentionContext, .cost)
    let uncachedByte = try member("uncached_byte_seconds", \.uncachedByte, .cost)
    let cachedBytes = try member("cached_bytes", \.cachedBytes, .bytes)
    var precisions = try member(
      "copies", { $0.precisions.filter { $0.key != .model } },
      JSONCodec.byPrecision(Precision.codec).ifAbsent([:]))
    if let attention, let mlp {
      precisions[.model] = Precision(attention: attention, mlp: mlp, head: head ?? 0)
    } else if attention != nil || mlp != nil || head != nil {
      // Never thrown when writing: a precision in memory has all three.
      throw member.error(
        "expected \"attention_seconds\" and \"mlp_seconds\", or neither and no \"head_seconds\"")
    }
    return CostModel.DraftStep(
      fixed: fixed, precisions: precisions, attentionContext: attentionContext,
      uncachedByte: uncachedByte, cachedBytes: cachedBytes)
  }
}

extension CostModel.DraftStep.Precision: JSONRecord {
  package static func record(
    _ member: JSONMembers<CostModel.DraftStep.Precision>
  ) throws(InputError) -> CostModel.DraftStep.Precision {
    CostModel.DraftStep.Precision(
      attention: try member("attention_seconds", \.attention, .cost),
      mlp: try member("mlp_seconds", \.mlp, .cost),
      head: try member("head_seconds", \.head, .cost))
  }
}

extension JSONCodec {
  /// Something for each of some numbers of bits: an object with the members `8` and `4`.
  static func byPrecision<Element>(_ element: JSONCodec<Element>) -> JSONCodec
  where Value == [WeightPrecision: Element] {
    JSONCodec(
      read: { field throws(InputError) in
        var values: [WeightPrecision: Element] = [:]
        for (key, member) in try field.members() {
          guard let precision = Int(key).flatMap(WeightPrecision.init(bits:)) else {
            throw member.error("expected a number of bits: 8 or 4")
          }
          values[precision] = try element.read(member)
        }
        return values
      },
      write: { values in
        .object(
          WeightPrecision.allCases.compactMap { precision in
            guard let bits = precision.bits, let value = values[precision] else { return nil }
            return JSON.Member("\(bits)", element.write(value))
          })
      })
  }
}
