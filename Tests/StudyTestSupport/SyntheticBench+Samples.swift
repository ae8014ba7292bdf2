import DraftEvaluation
import Foundation
import Inference
import TestSupport

extension SyntheticBench {
  /// What a draft model's speedup is without noise and lookups.
  package func trueSpeedup(_ model: DraftModel) -> Double {
    bestSpeedup * exp(-lossPerBit * distance(model))
  }

  /// How far a draft model is from the hidden one: a sub-layer that is skipped in one of them alone
  /// counts 1, a step of precision a quarter, and so does a halving of the tokens.
  private func distance(_ model: DraftModel) -> Double {
    var distance = 0.0
    func add(_ own: WeightPrecision?, _ best: WeightPrecision?) {
      guard let own, let best else {
        distance += own == best ? 0 : 1
        return
      }
      distance += abs(Double(own.rawValue - best.rawValue)) / 4
    }
    for layer in 0..<layerCount {
      add(model.attention(layer), hidden.attention(layer))
      add(model.mlp(layer), hidden.mlp(layer))
    }
    add(model.head.precision, hidden.head.precision)
    return distance + abs(log2(tokens(of: model) / tokens(of: hidden))) / 4
  }

  private func tokens(of model: DraftModel) -> Double {
    Double(model.head.vocabulary?.count ?? vocabularySize)
  }

  /// How far a draft model is from the full one: what the hidden one skips is nearly harmless, and
  /// so is a lower precision.
  func harm(of model: DraftModel) -> Double {
    var harm = 0.0
    for layer in 0..<layerCount {
      for (own, best) in [
        (model.attention(layer), hidden.attention(layer)), (model.mlp(layer), hidden.mlp(layer)),
      ] {
        harm += own.map { Double($0.rawValue) / 50 } ?? (best == nil ? 0.1 : 1)
      }
    }
    return harm + Double(model.head.precision.rawValue) / 50
      + log2(Double(vocabularySize) / tokens(of: model)) / 50
  }

  /// A function of its arguments alone: measurements repeat exactly.
  func sample(
    _ draft: Draft, _ prompt: Int, repetition: Int = 0, isHeldOut: Bool = false
  ) -> DecodingSample {
    let model = draft.model
    var hash = UInt64(prompt + (isHeldOut ? 100 : 0)) << 32 | UInt64(repetition)
    for bit in model.skip.attention + model.skip.mlp.map({ $0 + layerCount }) {
      hash = hash &* 31 &+ UInt64(bit) &+ 1
    }
    if model != DraftModel(skip: model.skip) {
      for byte in model.identity.utf8 { hash = hash &* 31 &+ UInt64(byte) }
    }
    var random = SplitMix64(seed: hash)
    let wobble = Double.random(in: -1...1, using: &random) * noise
    let ease = 1 + 0.02 * Double(prompt % 5)
    let plain = 0.1 * ease
    let isLookup = draft.stop.maximum == 0
    let speedup =
      isLookup
      ? lookupSpeedup
      : trueSpeedup(model) * ruleFactor(draft.stop)
        * (draft.stop.lookup == nil ? 1 : lookupFactor)
    let accepted = isLookup ? 10 : max(0, 40 - model.skip.count)
    let drafted = isLookup ? 20 : 40
    return DecodingSample(
      prompt: prompt, repetition: repetition, tokenCount: 41, plainSeconds: plain,
      speculativeSeconds: plain / (speedup * ease * exp(wobble)),
      draftingSeconds: isLookup ? 0 : plain * (0.1 + 0.9 * share(of: model)),
      draftTokenCount: drafted, acceptedDraftTokenCount: accepted,
      targetModelCallCount: 41 - accepted)
  }

  /// What is read of the sub-layers, over all of them in the model's own precision.
  private func share(of model: DraftModel) -> Double {
    func cost(_ precision: WeightPrecision?) -> Double {
      precision.map { (Double($0.bits ?? 16)) / 16 } ?? 0
    }
    return (0..<layerCount).reduce(0) {
      $0 + cost(model.attention($1)) + cost(model.mlp($1))
    } / Double(2 * layerCount)
  }
}

extension DraftModel {
  /// The precision of a layer's attention; nil where it is skipped.
  fileprivate func attention(_ layer: Int) -> WeightPrecision? {
    skip.attention.contains(layer) ? nil : weights.attention(layer)
  }

  /// The precision of a layer's MLP; nil where it is skipped.
  fileprivate func mlp(_ layer: Int) -> WeightPrecision? {
    skip.mlp.contains(layer) ? nil : weights.mlp(layer)
  }
}
