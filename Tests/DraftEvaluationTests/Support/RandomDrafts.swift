import DraftEvaluation
import Inference
import TestSupport

/// Any draft of a model: sub-layers skipped, precisions mixed, a head in few bits or of few tokens,
/// a rule with a lookup or not.
func randomDraft(
  _ random: inout SplitMix64, layerCount: Int, vocabularySize: Int, draftMaximum: Int
) -> Draft {
  func some() -> [Int] { (0..<layerCount).filter { _ in Bool.random(using: &random) } }
  func precisions() -> [WeightPrecision] { (0..<layerCount).map { _ in randomPrecision(&random) } }
  let weights: DraftWeights =
    switch Int.random(in: 0..<3, using: &random) {
    case 0: .uniform(.model)
    case 1: .uniform(randomPrecision(&random))
    default: DraftWeights(attention: precisions(), mlp: precisions())
    }
  var vocabulary: DraftVocabulary?
  if Bool.random(using: &random) {
    vocabulary = DraftVocabulary(
      (0..<Int.random(in: 1...30, using: &random)).map { _ in
        UInt32.random(in: 0..<UInt32(vocabularySize), using: &random)
      })
  }
  let criterion: [StopCriterion] = [
    .fixed, .confidence(0.04), .adaptive(AdaptiveThreshold(initialThreshold: 0.05)),
    .calibrated(CalibratedThresholds([0.05, 0.002, 0])),
  ]
  let lookup = Bool.random(using: &random) ? randomLookup(&random) : nil
  return Draft(
    model: DraftModel(
      skip: SkipSet(attention: some(), mlp: some()), weights: weights,
      head: DraftHead(precision: randomPrecision(&random), vocabulary: vocabulary)),
    stop: StopRule(
      maximum: Int.random(in: (lookup == nil ? 1 : 0)...draftMaximum, using: &random),
      criterion: criterion.randomElement(using: &random) ?? .fixed, lookup: lookup))
}

/// Any precision.
func randomPrecision(_ random: inout SplitMix64) -> WeightPrecision {
  WeightPrecision.allCases.randomElement(using: &random) ?? .model
}

/// Any lookup of no more tokens than a search asks for.
func randomLookup(_ random: inout SplitMix64) -> LookupRule {
  var limits = [Int](repeating: 0, count: Int.random(in: 1...3, using: &random))
  var limit = Int.random(in: 1...4, using: &random)
  for _ in 0..<Int.random(in: 1...5, using: &random) {
    limits.append(limit)
    limit = min(LookupPolicy.maximum, limit + Int.random(in: 0...4, using: &random))
  }
  return LookupRule(limits: limits, continues: Bool.random(using: &random))
}
