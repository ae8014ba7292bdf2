import Files
import Inference

/// A draft is two members of what it belongs to: `skip_layer_ids`, where the blog post's code looks
/// for it, and `draft`, which has everything else.
extension Draft: LayeredRecord {
  package static func record(
    _ member: JSONMembers<Draft>, layerCount: Int?
  ) throws(InputError) -> Draft {
    let skip = try member("skip_layer_ids", \.model.skip, SkipSet.codec(layerCount: layerCount))
    return try member("draft", \.self, codec(skipping: skip))
  }

  /// The member `draft` of a draft with a known skip set: for records and files whose set stands
  /// elsewhere than beside it.
  package static func codec(skipping skip: SkipSet) -> JSONCodec<Draft> {
    .object { member throws(InputError) in
      Draft(model: DraftModel(skip: skip), stop: try .record(member.part(\.stop)))
    }
  }
}
