import BayesianOptimization
import DraftEvaluation
import Foundation
import Inference
import Statistics

/// Proposes the skip sets of a study: an optimiser with what is known of this problem.
///
/// Where costs are known, what is learnt is not the speedup but the acceptance that it stands for: the
/// rate α with which drafts that are accepted independently would reach the trial's speedup at the
/// set's draft cost, at the best length (`SpeculativeSpeedup`). It is smoother than the speedup, whose
/// other half, the cost, needs no learning; and it comes from the speedup that the set's own stop rule
/// reaches, so nothing is assumed of how real acceptances depend on each other.
struct Proposer {
  private var optimizer: any AskTellOptimizer
  private let composition: Composition?
  private var rule: StoppingRule?
  private let kind: OptimiserKind
  private let layerCount: Int

  /// What is known of the problem before the first trial.
  struct Knowledge {
    /// Sets to try first.
    var design: [BitVector] = []
    /// What passes cost, with the most drafts of a round.
    var costs: (model: CostModel, maximum: Int)?
    /// What the draft loses where one sub-layer alone is skipped, attention first.
    var importance: [Double]?
  }

  init(_ settings: StudySettings, layerCount: Int, knowing knowledge: Knowledge) {
    kind = settings.optimiser
    self.layerCount = layerCount
    var problem = SearchProblem(dimension: 2 * layerCount)
    problem.initialDesign = knowledge.design
    problem.frozen = Set(settings.frozen.bits(layerCount: layerCount).ones)
    problem.places = (0..<2 * layerCount).map {
      BitPlace(group: $0 / layerCount, position: $0 % layerCount)
    }
    problem.importance = knowledge.importance
    composition = knowledge.costs.map { Composition($0.model, maximum: $0.maximum) }
    problem.composition = composition
    switch settings.optimiser {
    case .gp: optimizer = GaussianProcessOptimizer(problem, seed: settings.seed)
    case .random: optimizer = RandomSearch(problem, seed: settings.seed)
    case .annealing:
      optimizer = SimulatedAnnealing(problem, seed: settings.seed, budget: settings.trials)
    case .greedy: optimizer = GreedySearch(problem, seed: settings.seed)
    }
    rule = settings.stopsEarly ? StoppingRule() : nil
  }

  private var process: GaussianProcessOptimizer? { optimizer as? GaussianProcessOptimizer }

  /// A draft model to try.
  struct Proposal {
    /// As a point of the optimiser's space.
    let point: BitVector
    /// Where it comes from.
    let origin: TrialOrigin
    /// What the optimiser's model expects of it; nil before it has data, and where there is no model.
    let predicted: Trial.Prediction?

    /// The draft model that the point stands for.
    var model: DraftModel { DraftModel(skip: SkipSet(point)) }
  }

  /// The next draft model to evaluate; nil when all have been.
  ///
  /// - Parameter isFirst: whether there is no trial yet.
  mutating func ask(isFirst: Bool) -> Proposal? {
    let isInformed = process?.isDesignComplete ?? true
    guard let point = optimizer.ask() else { return nil }
    let origin: TrialOrigin = kind == .gp ? (isInformed ? .model : .design) : .optimizer(kind)
    return Proposal(
      point: point, origin: origin, predicted: isFirst ? nil : prediction(at: point))
  }

  /// Why the search may end before its last trial, if it may: to be asked after each proposal, with
  /// what the model expected of its answer.
  mutating func reasonToStop(_ predicted: Trial.Prediction?) -> String? {
    rule?.reason(predicted?.expectedImprovement)
  }

  /// Reports what a trial is worth.
  mutating func tell(_ trial: Trial) {
    let point = trial.model.skip.bits(layerCount: layerCount)
    let objective = trial.objective
    let sample = objective.chunks.map { SharedSample($0) }
    guard let composition else {
      optimizer.tell(
        point, value: objective.logSpeedup, noiseVariance: objective.variance, sample: sample)
      return
    }
    let (latent, slope) = composition.latent(ofLogSpeedup: objective.logSpeedup, at: point)
    optimizer.tell(
      point, value: latent, noiseVariance: objective.variance / (slope * slope), sample: sample)
  }

  /// The posterior of a draft model's log speedup; nil where the optimiser has no model.
  func prediction(of model: DraftModel) -> Trial.Prediction? {
    prediction(at: model.skip.bits(layerCount: layerCount))
  }

  private func prediction(at point: BitVector) -> Trial.Prediction? {
    guard let process else { return nil }
    let belief = process.posterior(at: point)
    let isLogarithm = composition == nil
    return Trial.Prediction(
      logSpeedup: isLogarithm ? belief.mean : log(belief.mean),
      standardDeviation: belief.standardDeviation / (isLogarithm ? 1 : belief.mean),
      expectedImprovement: process.lastExpectedImprovement)
  }

  /// What the acceptance (its logit) loses where a sub-layer of the model is skipped besides those of
  /// the best set, or gains where it is not; nil where the optimiser has no model.
  var importances: [SublayerImportance]? {
    guard let process, process.observationCount > 0 else { return nil }
    let layerCount = process.dimension / 2
    return process.importances().map { importance in
      SublayerImportance(
        isAttention: importance.bit < layerCount, layer: importance.bit % layerCount,
        harm: importance.harm, standardDeviation: importance.standardDeviation)
    }
  }
}

extension Composition {
  /// The draft costs and verification costs of a machine, relative to a plain token.
  init(_ costs: CostModel, maximum: Int) {
    let layers = costs.layerCount
    let whole = 0..<layers
    func ratio(_ skip: SkipSet) -> Double {
      costs.costs(of: DraftModel(skip: skip)).draftCostRatio
    }
    let full = ratio(.none)
    // A kink in the costs (weights that leave the cache) is spread over all sub-layers.
    let attention = max(0, full - ratio(SkipSet(attention: whole, mlp: [])))
    let mlp = max(0, full - ratio(SkipSet(attention: [], mlp: whole)))
    let plain = costs.plainSeconds(context: costs.meanContext)
    self.init(
      baseCost: ratio(.everything(layerCount: layers)),
      costs: whole.map { _ in attention / Double(layers) }
        + whole.map { _ in mlp / Double(layers) },
      objective: SpeculativeSpeedup(
        verificationCosts: (1...maximum).map {
          costs.verificationSeconds(rows: $0 + 1, context: costs.meanContext) / plain
        }, link: .logit))
  }

  /// The range of latents that are told apart: acceptance from 0.03% to 99.97%.
  private static let latents = -8.0...8.0
  /// The least slope of the log speedup by the latent that noise is divided by.
  private static let leastSlope = 0.02

  /// The latent whose objective at a point has this logarithm (the nearest, where none does), and the
  /// slope of the log objective there.
  func latent(ofLogSpeedup target: Double, at point: BitVector) -> (latent: Double, slope: Double) {
    let cost = cost(of: point)
    func logValue(_ latent: Double) -> Double { log(objective.value(latent: latent, cost: cost)) }
    let latent = bisection(Self.latents, steps: 50) { !(logValue($0) < target) }.high
    let step = 0.05
    let slope = (logValue(latent + step) - logValue(latent - step)) / (2 * step)
    return (latent, max(slope, Self.leastSlope))
  }
}
