import BayesianOptimization
import DraftEvaluation
import Inference

/// The draft models that a study tries before it knows anything: the user's, then the known ones.
struct InitialDrafts {
  /// As points of the optimiser's space, in order, none twice.
  private(set) var design: [BitVector] = []
  private var names: [BitVector: String] = [:]

  init(_ settings: StudySettings, _ space: DraftSpace) {
    func add(_ name: String, _ point: BitVector) {
      guard names[point] == nil else { return }
      names[point] = name
      design.append(point)
    }
    /// A set in the cheapest precision; one that skips nothing is no draft where that is the
    /// model's own.
    func add(_ name: String, skipping skip: SkipSet) {
      let bits = space.bits(skipping: skip.without(settings.frozen))
      guard !bits.isEmpty else { return }
      add(name, space.point(bits + (space.isClassical ? [] : space.lowest.ones)))
    }
    for skip in settings.enqueued { add("enqueued", skipping: skip) }
    let known = KnownSkipSets.all(layerCount: space.layerCount)
    if space.choices.precisions != [.model] {
      for (name, bits) in Self.precisions(space) { add(name, space.point(bits)) }
      // On models that nobody trained for it, skipping much is hopeless: two sets tell.
      for set in known.prefix(2) { add(set.name, skipping: set.skip) }
    } else {
      for set in known { add(set.name, skipping: set.skip) }
    }
  }

  /// Nothing skipped: in the dearest precision, in the cheapest, and between.
  private static func precisions(_ space: DraftSpace) -> [(name: String, bits: [Int])] {
    let attention = space.low(kind: 0)
    let mlp = space.low(kind: 1)
    let low = attention + mlp + space.lowHead
    func name(_ precision: WeightPrecision) -> String {
      precision.bits.map { "\($0) bits" } ?? "the model's precision"
    }
    let dearest = name(space.choices.precisions[0])
    guard space.choices.precisions.count > 1 else {
      return [(dearest, []), ("\(dearest), short head", space.shortHead)]
    }
    let cheapest = name(space.choices.precisions[space.choices.precisions.count - 1])
    return [
      (dearest, []), (cheapest, low), ("\(cheapest), short head", low + space.shortHead),
      ("MLPs in \(cheapest)", mlp + space.lowHead + space.shortHead),
    ]
  }

  /// The name of a point, if it is one of these.
  func name(of point: BitVector) -> String? { names[point] }
}
