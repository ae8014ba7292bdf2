import Statistics

/// An acquisition function over bit vectors, which `AcquisitionSearch` climbs: the value of one
/// point, estimates of all its neighbours' values, and the exact values of some of them.
struct AcquisitionLandscape<Function: Acquisition>: Sendable {
  let acquisition: Function
  let posterior: NeighborPosterior
  /// The costs; nil without.
  let composition: Composition?
  private let hasPairCosts: Bool
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
    hasPairCosts = !(composition?.pairCosts.isEmpty ?? true)
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
      let cost = composition?.cost(after: move, from: scored.point, cost: scored.cost) ?? 0
      return acquisition.value(posterior, cost: cost)
    }
  }

  private func cost(of point: BitVector) -> Double { composition?.cost(of: point) ?? 0 }
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
    let changes = costChanges(from: scored.point)
    return domain.free.map {
      prospect(domain.flip($0, of: scored.point), flips, of: scored, changes)
    }.sorted(by: Prospect.precedes)
  }

  /// The most ones, and the most zeros, whose exchanges are estimated.
  private static var exchanged: Int { 32 }

  /// The most promising exchanges of a free one and a free zero.
  func exchanges(
    _ flips: NeighborPosterior.Flips, of scored: Scored, count limit: Int
  ) -> [Prospect] {
    let changes = costChanges(from: scored.point)
    // Of many, those that do best (or least badly) alone.
    let alone = domain.free.map { bit in
      let move = domain.flip(bit, of: scored.point)
      return (bit: bit, estimate: prospect(move, flips, of: scored, changes).estimate)
    }.stableSorted { $0.estimate > $1.estimate }.map(\.bit)
    let ones = alone.filter { scored.point[$0] }.prefix(Self.exchanged)
    let zeros = alone.filter { !scored.point[$0] }.prefix(Self.exchanged)
    var prospects: [Prospect] = []
    prospects.reserveCapacity(ones.count * zeros.count)
    for one in ones {
      for zero in zeros {
        guard let move = domain.exchange(one, zero, of: scored.point) else { continue }
        prospects.append(prospect(move, flips, of: scored, changes))
      }
    }
    prospects.sort(by: Prospect.precedes)
    return Array(prospects.prefix(limit))
  }

  /// What a flip of each bit changes the cost by; empty without costs.
  private func costChanges(from point: BitVector) -> [Double] {
    composition?.changes(from: point) ?? []
  }

  private func prospect(
    _ move: Move, _ flips: NeighborPosterior.Flips, of scored: Scored, _ changes: [Double]
  ) -> Prospect {
    var change = changes.isEmpty ? 0 : move.bits.reduce(0) { $0 + changes[$1] }
    if hasPairCosts, let composition {
      change += composition.pairChange(move, from: scored.point)
    }
    return Prospect(
      move: move,
      estimate: acquisition.value(flips.estimate(after: move), cost: scored.cost + change))
  }
}
