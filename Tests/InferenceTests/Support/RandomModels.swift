import Checkpoints
import Foundation

@testable import Inference

/// Tiny random models of every shape that the engine takes.
///
/// - Parameter positions: the most positions; windows are of up to two thirds of them.
func randomModel(
  _ random: inout TestRandom, vocabulary: Int? = nil, positions: Int? = nil
) throws -> Checkpoint {
  let keyValueHeads = Int.random(in: 1...3, using: &random)
  var configuration = ModelConfiguration(
    hiddenSize: [8, 24, 33, 48, 64].randomElement(using: &random) ?? 8,
    intermediateSize: Int.random(in: 5...80, using: &random),
    layerCount: Int.random(in: 1...4, using: &random),
    headCount: keyValueHeads * Int.random(in: 1...3, using: &random),
    keyValueHeadCount: keyValueHeads,
    headDimension: [2, 8, 12, 16, 20].randomElement(using: &random) ?? 8,
    vocabularySize: vocabulary ?? Int.random(in: 3...60, using: &random),
    maxPositionEmbeddings: positions ?? Int.random(in: 20...100, using: &random))
  configuration.tiesWordEmbeddings = Bool.random(using: &random)
  configuration.attentionBias = Bool.random(using: &random)
  configuration.mlpBias = Bool.random(using: &random)
  configuration.bosID = 1
  configuration.endOfTextIDs = Bool.random(using: &random) ? [2] : []
  if Bool.random(using: &random) {
    let widest = max(30, (positions ?? 0) * 2 / 3)
    configuration.slidingWindow = Int.random(in: 1...widest, using: &random)
  }
  try vary(&configuration, &random)
  return try Checkpoint(
    random: configuration, type: ElementType.plain.randomElement(using: &random) ?? .bf16,
    seed: random.next())
}

/// Any architecture, with any of what it has beside a Llama.
private func vary(_ c: inout ModelConfiguration, _ random: inout TestRandom) throws {
  func chance() -> Bool { Bool.random(using: &random) }
  func someLayers() -> Set<Int> { Set((0..<c.layerCount).filter { _ in chance() }) }
  c.architecture = Architecture.allCases.randomElement(using: &random) ?? .llama
  c.fullAttentionLayers = c.slidingWindow == nil ? [] : someLayers()
  if chance() { c.unrotatedLayers = someLayers() }
  if chance() { c.activation = .geluTanh }
  if chance() { c.queryScalar = 7 }
  if chance() { c.attentionCap = 3 }
  if chance() { c.logitCap = 2 }
  if chance() { c.localRope = RotaryEmbedding(theta: 300) }
  if c.headDimension % 4 == 0, chance() { c.partialRotaryFactor = 0.5 }
  guard c.rotaryDimension > 2 else { return }
  let factors = (0..<c.rotaryDimension / 2).map { Double($0 + 1) }
  switch Int.random(in: 0..<3, using: &random) {
  case 0:
    c.ropeScaling = .dynamic(factor: 2, maxPositions: c.maxPositionEmbeddings)
  case 1:
    c.ropeScaling = .longRope(
      RopeScaling.LongRope(
        shortFactors: factors, longFactors: factors.map { 4 * $0 },
        originalMaxPositions: Int.random(in: 5...40, using: &random), factor: 4))
  default: break
  }
}

/// A skip set with about the given share of the sub-layers.
func randomSkipSet(_ random: inout TestRandom, layerCount: Int, density: Double) -> SkipSet {
  SkipSet(
    attention: (0..<layerCount).filter { _ in Double.random(in: 0..<1, using: &random) < density },
    mlp: (0..<layerCount).filter { _ in Double.random(in: 0..<1, using: &random) < density })
}

/// Any stop rule, beside a lookup or not.
func randomStopRule(_ random: inout TestRandom, lookup: LookupRule? = nil) -> StopRule {
  let stops: [StopCriterion] = [
    .fixed, .confidence(Double.random(in: 0...1, using: &random)),
    .adaptive(AdaptiveThreshold(initialThreshold: Double.random(in: 0...1, using: &random))),
    .calibrated(
      CalibratedThresholds(
        (0..<Int.random(in: 0...8, using: &random)).map { _ in
          pow(Double.random(in: 0...1, using: &random), 3)
        })),
  ]
  let isAlone = lookup != nil && Int.random(in: 0..<4, using: &random) == 0
  return StopRule(
    maximum: isAlone ? 0 : Int.random(in: 1...12, using: &random),
    criterion: stops.randomElement(using: &random) ?? .fixed, lookup: lookup)
}
