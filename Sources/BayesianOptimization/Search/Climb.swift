/// Steepest ascents that share what they know: an ascent that meets the path of an earlier one
/// would end where that one did.
struct Climb<Function: Acquisition> {
  typealias Landscape = AcquisitionLandscape<Function>

  let landscape: Landscape
  /// Points that no ascent may end at.
  let excluded: Set<BitVector>
  /// Of the moves around a point, how many are evaluated exactly at first; then twice as many.
  let batch: Int
  /// Of the exchanges around a point, how many are evaluated exactly at most.
  let exchanges: Int
  private var seen: Set<BitVector> = []

  /// An improvement smaller than this, relative to max(1, |value|), may be rounding, which would
  /// walk in circles between equal neighbours.
  private static var margin: Double { 1e-7 }

  init(_ landscape: Landscape, excluding excluded: Set<BitVector>, batch: Int, exchanges: Int) {
    self.landscape = landscape
    self.excluded = excluded
    self.batch = batch
    self.exchanges = exchanges
  }

  mutating func forgetPaths() { seen = [] }

  /// The local optimum above `start`; nil where an earlier ascent leads there, or where there is
  /// none (an excluded start all of whose neighbours are excluded).
  mutating func ascend(from start: BitVector, withExchanges: Bool) -> Landscape.Scored? {
    var current = landscape.score(start)
    // An excluded start is there to be left, however good.
    var value = excluded.contains(start) ? -Double.infinity : current.value
    while true {
      if !seen.insert(current.point).inserted { return nil }
      let flips = landscape.posterior.flips(of: current.site)
      var next = best(of: landscape.flips(flips, of: current), from: current, above: value)
      if next == nil && withExchanges && exchanges > 0 {
        next = best(
          of: landscape.exchanges(flips, of: current, count: exchanges), from: current,
          above: value)
      }
      guard let next else { return value > -.infinity ? current : nil }
      current = landscape.score(next)
      value = current.value
    }
  }

  /// The best of the first few moves that are better than `floor`, if any are.
  private func best(
    of prospects: [Landscape.Prospect], from scored: Landscape.Scored, above floor: Double
  ) -> BitVector? {
    let threshold =
      floor == -.infinity ? floor : floor + Self.margin * max(1, abs(floor))
    var next = 0
    var size = batch
    while next < prospects.count {
      var moves: [Move] = []
      while next < prospects.count && moves.count < size {
        let move = prospects[next].move
        if !excluded.contains(move.apply(to: scored.point)) { moves.append(move) }
        next += 1
      }
      var best: (move: Move, value: Double)?
      for (move, value) in zip(moves, landscape.values(of: moves, from: scored))
      where value > best?.value ?? threshold {
        best = (move, value)
      }
      if let best { return best.move.apply(to: scored.point) }
      size *= 2
    }
    return nil
  }
}
