import BayesianOptimization
import DraftEvaluation
import Inference

/// The points of the optimiser's space, and the draft models that they stand for.
///
/// Every choice is a chain of bits, a bit for each level after the dearest, each requiring the one
/// before: a sub-layer's precisions from the dearest on, at last to be skipped; the head's
/// precisions; its vocabularies. So costs add up over the bits, and the Hamming distance counts
/// levels.
///
///     bits 0 ..< 2L             skip attention of layer l, skip MLP of layer l (Draft & Verify's order)
///     2L·j ..< 2L·(j + 1)       the j-th precision after the dearest, in the same order
///     then                      the head's precisions after the dearest
///     then                      the vocabularies after the largest
public struct DraftSpace: Hashable, Sendable {
  /// The model's layers.
  public let layerCount: Int
  /// The levels.
  public let choices: DraftChoices

  /// The drafts of a model with so many layers.
  public init(layerCount: Int, choices: DraftChoices) {
    self.layerCount = layerCount
    self.choices = choices
  }

  /// Whether skip sets are all that varies.
  var isClassical: Bool { choices.isClassical }

  private var sublayerCount: Int { 2 * layerCount }
  /// Precisions after the dearest.
  private var steps: Int { choices.precisions.count - 1 }
  /// Where the bits of the head's precisions begin.
  private var headStart: Int { sublayerCount * (steps + 1) }
  private var vocabularyStart: Int { headStart + steps }

  /// Bits of a point.
  public var dimension: Int { vocabularyStart + choices.vocabularies.count - 1 }

  /// The bits that require another.
  var prerequisites: [Int: Int] {
    var required: [Int: Int] = [:]
    if steps > 0 {
      for sublayer in 0..<sublayerCount {
        required[sublayer] = precisionBit(sublayer, step: steps - 1)
        for step in 1..<steps {
          required[precisionBit(sublayer, step: step)] = precisionBit(sublayer, step: step - 1)
        }
      }
      for step in 1..<steps { required[headStart + step] = headStart + step - 1 }
    }
    for bit in vocabularyStart..<dimension where bit > vocabularyStart { required[bit] = bit - 1 }
    return required
  }

  /// Where the bits lie; the head's have nothing in common with others.
  var positions: [BitPosition?] {
    (0..<headStart).map { bit in
      BitPosition(group: bit / layerCount, position: bit % layerCount)
    } + Array(repeating: nil, count: dimension - headStart)
  }

  /// The groups of bits that cost the same: of sub-layers of one kind at one level, and each of the
  /// head's by itself.
  var groups: [Range<Int>] {
    stride(from: 0, to: headStart, by: layerCount).map { $0..<$0 + layerCount }
      + (headStart..<dimension).map { $0..<$0 + 1 }
  }

  private func precisionBit(_ sublayer: Int, step: Int) -> Int {
    sublayerCount * (step + 1) + sublayer
  }

  /// A point with a bit, or several, and all that they require.
  func point(_ bits: some Sequence<Int>) -> BitVector {
    let required = prerequisites
    var point = BitVector(count: dimension)
    for bit in bits {
      var next: Int? = bit
      while let bit = next, !point[bit] {
        point[bit] = true
        next = required[bit]
      }
    }
    return point
  }

  /// The draft model that a point stands for.
  public func model(at point: BitVector) -> DraftModel {
    precondition(point.count == dimension, "a point of another space")
    let layers = 0..<layerCount
    let skip = SkipSet(
      attention: layers.filter { point[$0] }, mlp: layers.filter { point[layerCount + $0] })
    func precision(_ bit: (_ step: Int) -> Int) -> WeightPrecision {
      choices.precisions[(0..<steps).count { point[bit($0)] }]
    }
    let vocabulary = (vocabularyStart..<dimension).count { point[$0] }
    return DraftModel(
      skip: skip,
      weights: steps == 0
        ? .uniform(choices.precisions[0])
        : DraftWeights(
          attention: layers.map { layer in precision { precisionBit(layer, step: $0) } },
          mlp: layers.map { layer in precision { precisionBit(layerCount + layer, step: $0) } }),
      head: DraftHead(
        precision: precision { headStart + $0 }, vocabulary: choices.vocabularies[vocabulary]))
  }

  /// The point that stands for a draft model; nil where it is not in this space.
  public func point(of model: DraftModel) -> BitVector? {
    guard model.fits(layerCount: layerCount),
      let vocabulary = choices.vocabularies.firstIndex(of: model.head.vocabulary),
      let head = choices.precisions.firstIndex(of: model.head.precision)
    else { return nil }
    var bits = Array(headStart..<headStart + head)
    bits += vocabularyStart..<vocabularyStart + vocabulary
    for sublayer in 0..<sublayerCount {
      let isAttention = sublayer < layerCount
      let layer = sublayer % layerCount
      if (isAttention ? model.skip.attention : model.skip.mlp).contains(layer) {
        bits.append(sublayer)
        continue
      }
      let precision = isAttention ? model.weights.attention(layer) : model.weights.mlp(layer)
      guard let level = choices.precisions.firstIndex(of: precision) else { return nil }
      bits += (0..<level).map { precisionBit(sublayer, step: $0) }
    }
    return point(bits)
  }

  /// The bits that skip the sub-layers of a set.
  func bits(skipping skip: SkipSet) -> [Int] { skip.attention + skip.mlp.map { layerCount + $0 } }

  /// Everything in the cheapest precision, with all tokens.
  var lowest: BitVector { point(sublayerCount..<vocabularyStart) }

  /// The bits of sub-layers and head in the cheapest precision, for a kind: 0 attention, 1 MLP.
  func low(kind: Int) -> [Int] {
    guard steps > 0 else { return [] }
    let start = sublayerCount * steps + kind * layerCount
    return Array(start..<start + layerCount)
  }

  /// The head in the cheapest precision.
  var lowHead: [Int] { Array(headStart..<vocabularyStart) }

  /// Whether a bit is a vocabulary's.
  func isVocabulary(_ bit: Int) -> Bool { bit >= vocabularyStart }

  /// The first vocabulary that is shorter than all tokens.
  var shortHead: [Int] { vocabularyStart < dimension ? [vocabularyStart] : [] }

  /// For each bit the draft model that has it, all that it requires, and nothing else; before them
  /// the model of the point without bits.
  var screened: [DraftModel] {
    [model(at: BitVector(count: dimension))]
      + (0..<dimension).map { model(at: point([$0])) }
  }

  /// How much harm each bit does besides those that it requires.
  ///
  /// - Parameter distances: how far each of `screened` is from the full model.
  func importance(_ distances: [Double]) -> [Double] {
    let required = prerequisites
    return (0..<dimension).map { bit in
      let before = required[bit].map { distances[$0 + 1] } ?? distances[0]
      return max(0, distances[bit + 1] - before)
    }
  }
}
