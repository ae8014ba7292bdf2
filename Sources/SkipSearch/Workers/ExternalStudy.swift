import BayesianOptimization
import DraftEvaluation
import Files
import Foundation
import Inference

/// A shared study whose trials are run by somebody else's program: it asks what to try, and tells
/// what came of it. The journal is that of all shared studies; every call reads it anew, so calls
/// may come from several processes and machines.
///
/// Skip sets are all that varies, and speedups are all that is known: there is no model here to
/// measure costs with.
public struct ExternalStudy {
  /// What a program is to try, under which number to tell it.
  public struct Asked: Hashable, Sendable {
    /// For `tell`.
    public let id: Int
    /// What to try.
    public let plan: TrialPlan
  }

  /// What `ask` gives.
  public enum Answer: Hashable, Sendable {
    /// Something to try.
    case trial(Asked)
    /// Nothing more, and why.
    case done(String)
    /// Nothing before one of so many trials is told that are asked for.
    case pending(Int)
  }

  /// What came of a trial.
  public enum Outcome: Sendable {
    /// A speedup over plain decoding, and the standard error of its logarithm.
    case speedup(Double, standardError: Double)
    /// Prompts decoded plainly and speculatively.
    case samples([DecodingSample])
    /// Nothing, and why.
    case failed(String)
  }

  /// Who holds the claims of such studies: no worker that could die.
  public static let worker = "ask"
  /// Failed trials that are no reason to end a study, however few are wanted.
  private static let leastFailures = 10
  /// The architecture that stands for a model which is not here.
  fileprivate static let architecture = "external"

  private let journal: Journal
  private let settings: StudySettings

  /// A study's subject where the model is somewhere else.
  public static func subject(
    name: String, layerCount: Int, machine: MachineDescription, version: String, command: [String]
  ) -> StudySubject {
    StudySubject(
      model: ModelDescription(
        path: name, architecture: architecture, layerCount: layerCount, parameterCount: 0,
        elementType: "", fingerprint: "external:\(name)"),
      machine: machine,
      calibration: CalibrationDescription(
        source: architecture, promptCount: 1, heldOutCount: 0, sharesPrompts: false,
        fingerprint: architecture),
      version: version, command: command)
  }

  /// Begins a study, or goes on with the one that is there: then its header stands.
  ///
  /// - Throws: where the directory has a study of another kind, or the header differs.
  public init(_ directory: StudyDirectory, header: JournalHeader) throws(InputError) {
    let worker = try Worker(in: directory.workers, machine: header.subject.machine)
    journal = try Journal.join(directory, header: header, worker: worker)
    // As in every study that goes on: the number of trials and when it ends are this call's.
    settings = header.settings
  }

  private var space: DraftSpace {
    DraftSpace(
      layerCount: journal.header.subject.model.layerCount,
      choices: DraftPolicy.classical.choices(
        VocabularyRanking(outputs: [], endOfText: [], vocabularySize: 1),
        draftMaximum: settings.draftMaximum))
  }

  /// What to try next, claimed: nobody is given it again.
  public func ask() throws(InputError) -> Answer {
    let space = space
    let initial = InitialDrafts(settings, space)
    let proposer = Proposer(settings, space, knowing: Proposer.Knowledge(design: initial.design))
    // What failed there is told so by a program that may try again by itself.
    var search = Search(
      proposer, space, journal: journal.content.entries, isForgiving: false)
    let answer = try journal.exchange { fresh throws(InputError) -> (Answer, [JournalEntry]) in
      for entry in fresh { search.take(entry) }
      let (told, pending, failed) = (
        search.trials.count, search.begun.count, search.failures.count
      )
      if told >= settings.trials { return (.done("\(told) trials are told"), []) }
      // A loop that only fails has to end as well.
      if failed >= max(Self.leastFailures, settings.trials) {
        return (
          .done("\(failed) trials failed, the last because: \(search.failures[failed - 1].reason)"),
          []
        )
      }
      if told + pending >= settings.trials { return (.pending(pending), []) }
      switch search.propose() {
      case .exhausted: return (.done("all drafts of this model have been tried"), [])
      case .converged(let reason) where settings.stopsEarly: return (.done(reason), [])
      case .converged: preconditionFailure("a search that never stops early")
      case .evaluate(let proposal):
        let plan = TrialPlan(
          origin: initial.name(of: proposal.point).map(TrialOrigin.known) ?? proposal.origin,
          model: proposal.model, predicted: proposal.predicted)
        let claim = Claim(
          number: journal.content.claimCount, worker: Self.worker, task: .trial(plan))
        return (.trial(Asked(id: claim.number, plan: plan)), [.claim(claim)])
      }
    }
    return answer ?? .done("interrupted")
  }

  /// Takes note of what came of a trial.
  ///
  /// - Throws: where nothing is asked for under this number.
  public func tell(_ id: Int, _ outcome: Outcome) throws(InputError) {
    _ = try journal.exchange { _ throws(InputError) in
      guard let plan = journal.content.claims.first(where: { $0.number == id })?.plan,
        let model = plan.model
      else {
        throw InputError(
          file: journal.path, field: "--id",
          "nothing is asked for under the number \(id), or it was told already")
      }
      return ((), [try entry(outcome, plan, model, id)])
    }
  }

  private func entry(
    _ outcome: Outcome, _ plan: TrialPlan, _ model: DraftModel, _ id: Int
  ) throws(InputError) -> JournalEntry {
    let objective: Objective
    var samples: [DecodingSample] = []
    switch outcome {
    case .failed(let reason):
      return .failure(TrialFailure(plan: plan, reason: reason), claim: id)
    case .speedup(let speedup, let error):
      objective = Objective(logSpeedup: log(speedup), variance: error * error)
    case .samples(let given):
      guard let estimate = SpeedupEstimate(given) else {
        throw InputError(
          file: journal.path, field: "--samples",
          "no sample decoded anything: tokens must be above 1 and seconds above 0")
      }
      objective = Objective(logSpeedup: estimate.logarithm, variance: estimate.variance ?? 0)
      samples = given
    }
    let evaluation = Evaluation(
      draft: Draft(model: model, stop: StopRule()), samples: samples, stoppedEarly: false,
      chunks: nil, seconds: samples.reduce(0) { $0 + $1.speculativeSeconds })
    return .trial(
      Trial(
        index: journal.trials.count, origin: plan.origin, evaluation: evaluation,
        objective: objective, predicted: plan.predicted, optimizerSeconds: 0), claim: id)
  }
}

extension ExternalStudy {
  /// Why nobody else may work on such a study.
  public static let refusal =
    "this study's trials are run by a program of your own; see ask and tell"
}

extension StudySubject {
  /// Whether the trials are run by somebody else's program, which asks and tells.
  public var isExternal: Bool { model.architecture == ExternalStudy.architecture }
}
