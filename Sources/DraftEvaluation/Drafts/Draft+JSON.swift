import Files
import Inference

/// A draft is two members of what it belongs to: `skip_layer_ids`, where the blog post's code looks
/// for it, and `draft`, which has everything else.
extension Draft: LayeredRecord {
  package static func record(
    _ member: JSONMembers<Draft>, layerCount: Int?
  ) throws(InputError) -> Draft {
    let skip = try member("skip_layer_ids", \.model.skip, SkipSet.codec(layerCount: layerCount))
    return try member("draft", \.self, codec(skipping: skip, layerCount: layerCount))
  }

  /// The member `draft` of a draft with a known skip set: for records and files whose set stands
  /// elsewhere than beside it. What files of schema 1 do not have reads as the model's own weights
  /// and head.
  package static func codec(skipping skip: SkipSet, layerCount: Int?) -> JSONCodec<Draft> {
    .object { member throws(InputError) in
      let stop = try StopRule.record(member.part(\.stop))
      let weights = try member(
        "weights", \.model.weights,
        DraftWeights.codec(skipping: skip, layerCount: layerCount).ifAbsent(.uniform(.model)))
      let head = try member("head", \.model.head, DraftHead.codec.ifAbsent(.full))
      return Draft(model: DraftModel(skip: skip, weights: weights, head: head), stop: stop)
    }
  }
}
