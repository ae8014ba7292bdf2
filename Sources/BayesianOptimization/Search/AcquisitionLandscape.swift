import Statistics

/// An acquisition function over bit vectors, which `AcquisitionSearch` climbs: the value of one
/// point, estimates of all its neighbours' values, and the exact values of some of them.
struct AcquisitionLandscape<Function: Acquisition>: Sendable {
  let acquisition: Function
  let posterior: NeighborPosterior
  /// The costs; nil without.
  let composition: Composition?
  /// The feasible points.
  let domain: Domain

  /// A point with its value, and what its neighbours' estimates need.
  struct Scored: Sendable {
    let site: NeighborPosterior.Site
    let cost: Double
    let value: Double

    var point: BitVector { site.point }
  }

  init(
    _ acquisition: Function, over posterior: NeighborPosterior, composition: Composition?,
    domain: Domain
  ) {
    self.acquisition = acquisition
    self.posterior = posterior
    self.composition = composition
    self.domain = domain
  }

  /// The number of bits.
  var dimension: Int { posterior.rows.structure.dimension }

  /// The value of one point.
  func value(at point: BitVector) -> Double {
    acquisition.value(posterior.posterior(at: point), cost: cost(of: point))
  }

  /// The value of one point, with what its neighbours' estimates need.
  func score(_ point: BitVector) -> Scored {
    let site = posterior.site(at: point)
    let cost = cost(of: point)
    return Scored(site: site, cost: cost, value: acquisition.value(site.posterior, cost: cost))
  }

  /// The value without the shortcuts of the search.
  func exactValue(_ scored: Scored) -> Double {
    acquisition.exactValue(scored.site.posterior, cost: scored.cost)
  }

  /// The values of neighbours.
  func values(of moves: [Move], from scored: Scored) -> [Double] {
    zip(moves, posterior.posteriors(of: moves, from: scored.site)).map { move, posterior in
      let cost = move.bits.reduce(scored.cost) { $0 + costChange(flipping: $1, of: scored.point) }
      return acquisition.value(posterior, cost: cost)
    }
  }

  private func cost(of point: BitVector) -> Double { composition?.cost(of: point) ?? 0 }

  private func costChange(flipping bit: Int, of point: BitVector) -> Double {
    guard let composition else { return 0 }
    return (point[bit] ? 1 : -1) * composition.costs[bit]
  }
}

extension AcquisitionLandscape {
  /// A move with an estimate of the value it leads to.
  struct Prospect: Sendable {
    let move: Move
    let estimate: Double

    /// The most promising first.
    static func precedes(_ a: Prospect, _ b: Prospect) -> Bool {
      (a.estimate, b.move) > (b.estimate, a.move)
    }
  }

  /// All flips of a free bit, the most promising first.
  func flips(_ flips: NeighborPosterior.Flips, of scored: Scored) -> [Prospect] {
    domain.free.map { prospect(domain.flip($0, of: scored.point), flips, of: scored) }
      .sorted(by: Prospect.precedes)
  }

  /// The most ones, and the most zeros, whose exchanges are estimated.
  private static var exchanged: Int { 32 }

  /// The most promising exchanges of a free one and a free zero.
  func exchanges(
    _ flips: NeighborPosterior.Flips, of scored: Scored, count limit: Int
  ) -> [Prospect] {
    // Of many, those that do best (or least badly) alone.
    let alone = domain.free.map { bit in
      let move = domain.flip(bit, of: scored.point)
      return (bit: bit, estimate: prospect(move, flips, of: scored).estimate)
    }.stableSorted { $0.estimate > $1.estimate }.map(\.bit)
    let ones = alone.filter { scored.point[$0] }.prefix(Self.exchanged)
    let zeros = alone.filter { !scored.point[$0] }.prefix(Self.exchanged)
    var prospects: [Prospect] = []
    prospects.reserveCapacity(ones.count * zeros.count)
    for one in ones {
      for zero in zeros {
        guard let move = domain.exchange(one, zero, of: scored.point) else { continue }
        prospects.append(prospect(move, flips, of: scored))
      }
    }
    prospects.sort(by: Prospect.precedes)
    return Array(prospects.prefix(limit))
  }

  private func prospect(
    _ move: Move, _ flips: NeighborPosterior.Flips, of scored: Scored
  ) -> Prospect {
    let change = move.bits.reduce(0) { $0 + costChange(flipping: $1, of: scored.point) }
    return Prospect(
      move: move,
      estimate: acquisition.value(flips.estimate(after: move), cost: scored.cost + change))
  }
}
