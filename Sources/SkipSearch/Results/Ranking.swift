/// The order of a result's sets.
enum Ranking {
  /// Sets measured on held-out prompts by their speedup there, then the Pareto front of the rest by
  /// its speedup in the search. Where nothing was measured on held-out prompts, the best complete
  /// trials and the front by their speedup in the search.
  static func entries(_ trials: [Trial], heldOut: [Int: Evaluation]) -> [ResultEntry] {
    let front = ParetoFront.of(trials)
    var chosen = trials.filter { heldOut[$0.index] != nil }
    if chosen.isEmpty {
      let complete = trials.filter { !$0.evaluation.stoppedEarly }
      let sorted = complete.sorted {
        ($1.objective.logSpeedup, $0.index) < ($0.objective.logSpeedup, $1.index)
      }
      chosen = Array(sorted.prefix(3)) + sorted.dropFirst(3).filter { $0.origin == "uniform" }
    }
    chosen += front.filter { trial in !chosen.contains { $0.index == trial.index } }
    let entries = chosen.map { trial in
      ResultEntry(
        rank: 0, trial: trial.index, calibration: trial.evaluation,
        heldOut: heldOut[trial.index])
    }
    func key(_ entry: ResultEntry) -> (Int, Double, Int) {
      (
        entry.heldOut == nil ? 1 : 0, -(entry.decisive.speedup?.logarithm ?? -.infinity),
        entry.trial
      )
    }
    var ranked = entries.sorted { key($0) < key($1) }
    for index in ranked.indices { ranked[index].rank = index + 1 }
    return ranked
  }
}
