import Inference
import Statistics

/// Random drafts for measuring costs: of all that a search may ask for, in a low-discrepancy order,
/// so that each coefficient of the cost model has passes that tell it from the others.
struct MeasuredDrafts {
  /// What a search may vary.
  let choices: DraftChoices
  /// The most tokens that a round is measured with.
  let longestRound: Int
  private var random: RandomSource

  /// - Parameter seed: decides the drafts.
  init(_ choices: DraftChoices, longestRound: Int, seed: UInt64) {
    self.choices = choices
    self.longestRound = longestRound
    random = RandomSource(seed: seed)
  }

  /// The draft of the `pair`-th pair of runs, for a model of `layerCount` layers.
  mutating func draft(_ pair: Int, layerCount: Int) -> Draft {
    let precisions = choices.precisions
    // Densities cover what a search may ask for.
    let density = 0.15 + 0.7 * goldenSequence(pair, shift: 0.5)
    func some() -> [Int] { (0..<layerCount).filter { _ in random.uniform() < density } }
    let skip = SkipSet(attention: some(), mlp: some())
    let heads = choices.heads
    return Draft(
      model: DraftModel(
        skip: skip,
        weights: precisions.count == 1
          ? .uniform(precisions[0]) : mixed(pair, layerCount: layerCount),
        head: heads[pair % heads.count]),
      stop: StopRule(maximum: length(pair), criterion: .confidence(0)))
  }

  /// Two of the precisions, mixed in proportions of their own for attention and MLPs.
  private mutating func mixed(_ pair: Int, layerCount: Int) -> DraftWeights {
    let precisions = choices.precisions
    let first = precisions[pair % precisions.count]
    let second = precisions[(pair + 1 + pair / precisions.count) % precisions.count]
    // Two coordinates of a low-discrepancy sequence in the plane (Roberts 2018).
    let shares = [0.754_877_666_246_692_7, 0.569_840_290_998_053_2].map { step in
      (0.5 + Double(pair) * step).truncatingRemainder(dividingBy: 1)
    }
    func some(_ share: Double) -> [WeightPrecision] {
      (0..<layerCount).map { _ in random.uniform() < share ? first : second }
    }
    return DraftWeights(attention: some(shares[0]), mlp: some(shares[1]))
  }

  /// Every length up to the draft model's longest round alike, and every fourth time a longer one
  /// where there are such.
  private func length(_ pair: Int) -> Int {
    let most = choices.draftMaximum
    let long = longestRound - most
    if long > 0, pair % 4 == 3 {
      return most + 1 + Int(goldenSequence(pair / 4, shift: 0.5) * Double(long))
    }
    // Only steps of a prime that does not divide the number of lengths come to all of them.
    let step = [5, 3, 7].first { most % $0 != 0 } ?? 1
    let number = long > 0 ? pair - pair / 4 : pair
    return number * step % most + 1
  }
}
