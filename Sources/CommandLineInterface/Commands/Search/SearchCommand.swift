import DraftEvaluation
import Files
import Inference
import SkipSearch

/// `skip-search search`: finds skip sets.
struct SearchCommand: Command {
  static let description = CommandDescription(
    "search", "Find the drafts that make this model fastest on this machine.",
    discussion: """
      A draft is what of the model drafts: which sub-layers it skips, in what precision it reads \
      the others, which tokens it knows, what it looks up in the context. --draft-weights model \
      --draft-vocabulary full --lookup off searches skip sets alone. \
      Writes <output>/<model>-<time>.json, and beside it a journal with a line for each finished \
      trial. Ctrl-C ends the search and saves what was found; --resume goes on from a journal.

      A model that runs elsewhere is searched by its own program: --evaluator-command \
      'python3 Experiments/transformers/evaluator.py --model Qwen/Qwen3-1.7B --device cuda'
      """,
    options: SearchOptions.all)

  private(set) var options: SearchOptions
  /// The options where a journal says what the line does not.
  private let resuming: @Sendable (JournalHeader) throws(UsageError) -> SearchOptions

  init(_ arguments: Arguments) throws(UsageError) {
    resuming = { header throws(UsageError) in try SearchOptions(arguments, resuming: header) }
    options = try SearchOptions(arguments)
  }

  func run() throws {
    var command = self
    if let resume = options.resume {
      command.options = try resuming(try Journal.header(of: resume))
    }
    try command.search()
  }

  private func search() throws {
    let progress = ProgressReporter(quiet: options.isQuiet)
    let setup = try setup(progress)
    let header = JournalHeader(subject: setup.subject, settings: setup.settings)
    let journal =
      try options.resume.map { path throws(InputError) in
        try Journal.resume(path, header: header)
      } ?? Journal.create(in: options.output, header: header)

    let study = Study(
      subject: setup.subject, settings: setup.settings, journal: journal, benches: setup.benches,
      interruption: Interruption.stopSignal, progress: { $0.show(on: progress) })
    let result = try outcome(of: study)
    progress.clear()
    try setup.finish()
    let saved = SavedResult(result, beside: journal)
    try StandardOutput().write(
      options.isJSON ? result.json.pretty : result.summary(path: saved.path ?? "(not saved)"))
    if !journal.isInPlace {
      message("\(journal.path) was deleted or replaced during the search: it cannot be resumed")
    }
    if result.isInterrupted {
      message("Interrupted; what was found is in \(saved.path ?? "no file")")
      message("Go on with: --resume \(journal.path)")
    }
    if let error = saved.error { throw error }
    if result.isInterrupted { throw Interrupted() }
  }

  private func setup(_ progress: ProgressReporter) throws -> SearchSetup {
    if let evaluator = options.evaluatorCommand {
      return try SearchSetup(evaluator, options, progress)
    }
    guard let model = options.model else {
      preconditionFailure("a search has a model of its own or another program's")
    }
    return try SearchSetup(model, options, progress)
  }

  private func outcome(of study: Study) throws -> StudyResult {
    do throws(StudyError) {
      return try study.run()
    } catch {
      switch error {
      case .interrupted: throw Interrupted()
      case .file(let error): throw error
      case .evaluation(let error): throw options.prompts.userError(error)
      }
    }
  }
}
