import DraftEvaluation
import Files
import Inference

/// What a trial is to evaluate, and why.
public struct TrialPlan: Hashable, Sendable {
  /// Who proposed it.
  public var origin: TrialOrigin
  /// The draft model; nil for lookups alone.
  public var model: DraftModel?
  /// What the optimiser's model expected of it; nil before it had data.
  public var predicted: Trial.Prediction?

  /// Lookups alone: what a draft has to beat.
  static let lookupAlone = TrialPlan(origin: .known("lookup alone"), model: nil, predicted: nil)
}

extension TrialPlan: LayeredRecord {
  package static func record(
    _ member: JSONMembers<TrialPlan>, layerCount: Int?
  ) throws(InputError) -> TrialPlan {
    TrialPlan(
      origin: try member("origin", \.origin, .origin),
      model: try member(
        "model", \.model, .nullable(DraftModel.codec(layerCount: layerCount))),
      predicted: try member("predicted", \.predicted, .nullable(Trial.Prediction.codec)))
  }
}

/// A draft model as a journal names it: with its vocabulary by name alone.
extension DraftModel: LayeredRecord {
  package static func record(
    _ member: JSONMembers<DraftModel>, layerCount: Int?
  ) throws(InputError) -> DraftModel {
    let skip = try member("skip_layer_ids", \.skip, SkipSet.codec(layerCount: layerCount))
    return DraftModel(
      skip: skip,
      weights: try member(
        "weights", \.weights, DraftWeights.codec(skipping: skip, layerCount: layerCount)),
      head: try member("head", \.head.withoutTokens, DraftHead.codec))
  }
}
