import Checkpoints

@testable import Inference

/// Any draft of a model, with any rule.
func randomDraft(_ random: inout TestRandom, of configuration: ModelConfiguration) -> Draft {
  let lookup = Bool.random(using: &random) ? randomLookup(&random) : nil
  return Draft(
    model: randomDraftModel(&random, of: configuration),
    stop: randomStopRule(&random, lookup: lookup))
}

/// Any draft model: sub-layers skipped, precisions mixed, heads in few bits and of few tokens.
func randomDraftModel(
  _ random: inout TestRandom, of configuration: ModelConfiguration, density: Double? = nil
) -> DraftModel {
  let layers = configuration.layerCount
  let skip = randomSkipSet(
    &random, layerCount: layers, density: density ?? Double.random(in: 0...1, using: &random))
  let precisions = (0..<2 * layers).map { _ in randomPrecision(&random) }
  let weights: DraftWeights =
    switch Int.random(in: 0..<3, using: &random) {
    case 0: .uniform(.model)
    case 1: .uniform(precisions[0])
    default:
      DraftWeights(attention: Array(precisions[..<layers]), mlp: Array(precisions[layers...]))
    }
  return DraftModel(
    skip: skip, weights: weights,
    head: DraftHead(
      precision: randomPrecision(&random),
      vocabulary: randomVocabulary(&random, of: configuration)))
}

/// Any precision.
func randomPrecision(_ random: inout TestRandom) -> WeightPrecision {
  WeightPrecision.allCases.randomElement(using: &random) ?? .model
}

/// All tokens, or one, or some, or all but those that end a text.
private func randomVocabulary(
  _ random: inout TestRandom, of configuration: ModelConfiguration
) -> DraftVocabulary? {
  let all = (0..<configuration.vocabularySize).map { $0 }
  let kept: [Int]
  switch Int.random(in: 0..<6, using: &random) {
  case 0: kept = Array(all.shuffled(using: &random).prefix(1))
  case 1: kept = all.filter { !configuration.endOfTextIDs.contains($0) }
  case 2:
    kept = Array(
      all.shuffled(using: &random).prefix(Int.random(in: 1...all.count, using: &random)))
  default: return nil
  }
  return DraftVocabulary(kept.map { UInt32($0) })
}

/// Any lookup of up to `most` tokens.
func randomLookup(_ random: inout TestRandom, most: Int = 12) -> LookupRule {
  var limits = [Int](repeating: 0, count: Int.random(in: 1...4, using: &random))
  var limit = Int.random(in: 1...4, using: &random)
  for _ in 0..<Int.random(in: 1...5, using: &random) {
    limits.append(limit)
    limit = min(most, limit + Int.random(in: 0...4, using: &random))
  }
  return LookupRule(limits: limits, continues: Bool.random(using: &random))
}
