import BayesianOptimization
import DraftEvaluation
import Foundation
import Inference

/// Proposes the draft models of a study: an optimiser with what is known of this problem.
///
/// Where costs are known, what is learnt is not the speedup but the acceptance that it stands for:
/// the rate α with which drafts that are accepted independently would reach the trial's speedup at
/// the set's draft cost, at the best length (`SpeculativeSpeedup`). It is smoother than the
/// speedup, whose other half, the cost, needs no learning; and it comes from the speedup that the
/// set's own stop rule reaches, so nothing is assumed of how real acceptances depend on each other.
struct Proposer {
  private var optimizer: any AskTellOptimizer
  private let kind: OptimizerKind
  private let composition: Composition?
  private var rule: StoppingRule?
  private let space: DraftSpace

  /// The expected improvement of a trial, relative to the best draft, that is worth its time.
  private static let leastImprovement = 0.009

  /// What is known of the problem before the first trial.
  struct Knowledge {
    /// Points to try first.
    var design: [BitVector] = []
    /// What passes cost.
    var costs: CostModel?
    /// How much harm each bit does besides those that it requires.
    var importance: [Double]?
  }

  /// A draft model to try.
  struct Proposal {
    /// As a point of the optimiser's space.
    let point: BitVector
    /// The draft model that the point stands for.
    let model: DraftModel
    /// Where it comes from.
    let origin: TrialOrigin
    /// What the optimiser's model expects of it; nil before it has data, and where there is no
    /// model.
    let predicted: Trial.Prediction?
  }

  init(_ settings: StudySettings, _ space: DraftSpace, knowing knowledge: Knowledge) {
    self.space = space
    kind = settings.optimizer
    var problem = SearchProblem(dimension: space.dimension)
    problem.initialDesign = knowledge.design
    problem.frozen = Set(space.bits(skipping: settings.frozen))
    problem.prerequisites = space.prerequisites
    problem.positions = space.positions
    problem.importance = knowledge.importance
    composition = knowledge.costs.map { Composition($0, space) }
    problem.composition = composition
    optimizer = kind.optimizer(problem, seed: settings.seed, budget: settings.trials)
    rule = settings.stopsEarly ? StoppingRule(threshold: Self.leastImprovement) : nil
  }

  /// The next draft model to evaluate; nil when all have been.
  mutating func ask() -> Proposal? {
    guard let proposal = optimizer.ask() else { return nil }
    let hasData = optimizer.beliefs.map { $0.observationCount > 0 } ?? false
    return Proposal(
      point: proposal.point, model: space.model(at: proposal.point),
      origin: TrialOrigin(proposal.origin, of: kind),
      predicted: hasData
        ? prediction(at: proposal.point, expectedImprovement: proposal.expectedImprovement) : nil)
  }

  /// Takes note of what the model expected of a proposal, and says why the search may end before
  /// its last trial, if it may. Every proposal is noted once, also those of a resumed journal.
  mutating func note(_ predicted: Trial.Prediction?) -> String? {
    rule?.note(predicted?.expectedImprovement)
  }

  /// What the model believes of the best of all drafts: whether it exceeds a speedup, and by which
  /// factor it exceeds the best one known; nil where there is no model, or it has no data.
  func prospect(above speedup: Double) -> (probability: Double, gain: Prospect.Estimate)? {
    let threshold = composition == nil ? log(speedup) : speedup
    guard let prospect = optimizer.prospect(above: threshold, samples: 40) else { return nil }
    return (prospect.probabilityAbove, prospect.gain)
  }

  /// Reports what a trial is worth.
  mutating func tell(_ trial: Trial) {
    guard let point = space.point(of: trial.model) else {
      preconditionFailure("a trial of another search")
    }
    let objective = trial.objective
    let chunks = trial.chunks.map { SharedChunks($0) }
    guard let composition else {
      optimizer.tell(
        point, value: objective.logSpeedup, noiseVariance: objective.variance, chunks: chunks)
      return
    }
    let (latent, slope) = composition.latent(ofLogSpeedup: objective.logSpeedup, at: point)
    optimizer.tell(
      point, value: latent, noiseVariance: objective.variance / (slope * slope), chunks: chunks)
  }

  /// The posterior of a draft model's log speedup; nil where the optimiser has no model.
  func prediction(of model: DraftModel) -> Trial.Prediction? {
    space.point(of: model).flatMap { prediction(at: $0, expectedImprovement: nil) }
  }

  private func prediction(
    at point: BitVector, expectedImprovement: Double?
  ) -> Trial.Prediction? {
    guard let belief = optimizer.beliefs?.belief(at: point) else { return nil }
    let isLogarithm = composition == nil
    return Trial.Prediction(
      logSpeedup: isLogarithm ? belief.mean : log(belief.mean),
      standardDeviation: belief.standardDeviation / (isLogarithm ? 1 : belief.mean),
      expectedImprovement: expectedImprovement)
  }

  /// What the acceptance (its logit) loses where a sub-layer of the model is skipped besides those
  /// of the best draft, or gains where it is not; empty where the optimiser has no model.
  var importances: [SublayerImportance] {
    guard let beliefs = optimizer.beliefs, beliefs.observationCount > 0 else { return [] }
    let layerCount = space.layerCount
    return beliefs.importances().filter { $0.bit < 2 * layerCount }.map { importance in
      SublayerImportance(
        isAttention: importance.bit < layerCount, layer: importance.bit % layerCount,
        harm: importance.harm, standardDeviation: importance.standardDeviation)
    }
  }
}

extension TrialOrigin {
  fileprivate init(_ origin: BayesianOptimization.Proposal.Origin, of kind: OptimizerKind) {
    guard kind == .gp else {
      self = .optimizer(kind)
      return
    }
    self = origin.isOfDesign ? .design : .model
  }
}
