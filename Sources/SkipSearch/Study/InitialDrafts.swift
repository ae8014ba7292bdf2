import BayesianOptimization
import DraftEvaluation

/// The draft models that a study tries before it knows anything: the user's, then the known ones.
struct InitialDrafts {
  /// As points of the optimiser's space, in order, none twice.
  private(set) var design: [BitVector] = []
  private var names: [BitVector: String] = [:]

  init(_ settings: StudySettings, _ model: ModelDescription) {
    let sets =
      settings.enqueued.map { KnownSkipSets.Named(name: "enqueued", skip: $0) }
      + KnownSkipSets.all(layerCount: model.layerCount)
    for set in sets {
      let point = set.skip.without(settings.frozen).bits(layerCount: model.layerCount)
      guard names[point] == nil, !point.ones.isEmpty else { continue }
      names[point] = set.name
      design.append(point)
    }
  }

  /// The name of a point, if it is one of these.
  func name(of point: BitVector) -> String? { names[point] }
}
