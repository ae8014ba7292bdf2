import DraftEvaluation
import Files
import Foundation
import Inference
import Report
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
      trial and a page to look at (see 'report'). A terminal shows how the search goes, other \
      programs follow it with --events. Ctrl-C ends the search and saves what was found; --resume \
      goes on from a journal.

      A trial that fails is run once more, later; in a shared study by another worker. Three in a \
      row end the search, for then it is not the drafts that fail: what was found is saved as by \
      Ctrl-C, and the exit code is not 0.

      A model that runs elsewhere is searched by its own program: --evaluator-command \
      'python3 Experiments/transformers/evaluator.py --model Qwen/Qwen3-1.7B --device cuda'
      """,
    options: SearchOptions.all,
    examples: [
      CommandExample(
        "Search for ten minutes at most",
        "skip-search search -m models/SmolLM2-135M-Instruct --time-limit 10m"),
      CommandExample(
        "Search skip sets alone, on prompts of your own",
        "skip-search search -m models/SmolLM2-135M-Instruct --prompts prompts.jsonl --draft-weights model --draft-vocabulary full --lookup off"
      ),
      CommandExample(
        "Go on with a search that was interrupted",
        "skip-search search -m models/SmolLM2-135M-Instruct --resume results/SmolLM2.jsonl"),
      CommandExample(
        "Work on one study with several processes or machines",
        "skip-search search -m models/SmolLM2-135M-Instruct --study /shared/SmolLM2"),
      CommandExample(
        "Follow it from another program",
        "skip-search search -m models/SmolLM2-135M-Instruct --events | python3 follow.py"),
    ])

  private(set) var options: SearchOptions
  /// The options where a journal says what the line does not.
  private let resuming: @Sendable (JournalHeader) throws(UsageError) -> SearchOptions

  init(_ arguments: Arguments) throws(UsageError) {
    resuming = { header throws(UsageError) in try SearchOptions(arguments, resuming: header) }
    options = try SearchOptions(arguments)
  }

  func run() throws {
    try options.study?.check()
    if let journal = options.resume ?? options.study.flatMap({ $0.hasStudy ? $0.journal : nil }) {
      return try goOn(journal)
    }
    do {
      try search()
    } catch is Overtaken {
      guard let study = options.study else { return }
      try goOn(study.journal)
    }
  }

  /// Goes on with a journal, unless there is nothing left to do.
  private func goOn(_ journal: String) throws {
    let header = try Journal.header(of: journal)
    guard !header.subject.isExternal else {
      throw InputError(file: journal, ExternalStudy.refusal)
    }
    var command = self
    command.options = try resuming(header)
    let options = command.options
    let wanted = try options.settings(goingOnWith: header)
    let finished = try StudyResult.finished(journal, wanting: wanted)
    try Journal.check(
      journal, for: options.use, settings: wanted,
      isElsewhere: options.evaluatorCommand != nil,
      threads: finished == nil ? options.model?.threads : nil)
    guard let (result, path) = finished else { return try command.search() }
    try command.show(result, path, of: journal)
  }

  /// Shows the result of a search that is finished, if it is one of this model and these prompts.
  private func show(_ result: StudyResult, _ path: String, of journal: String) throws {
    let progress = ProgressReporter(quiet: options.isQuiet, draws: false)
    let events = EventStream(isWanted: options.streamsEvents, output: StandardOutput().write)
    let setup = try setup(progress, measures: false)
    let header = JournalHeader(subject: setup.subject, settings: setup.settings)
    try Journal.check(journal, for: options.use, header: header)
    try setup.finish()
    events.start(header, journal: journal)
    let count = result.trials.count
    progress.say(
      "This search is finished, with \(count) trials: nothing was measured again. --trials with a "
        + "number above \(max(count, result.settings.trials)) goes on.")
    let page = StudyReport.path(beside: path)
    try print(result, path, report: fileExists(page) ? page : nil, events)
    try events.check()
  }

  /// Another process began the study while this one got ready to begin it.
  private struct Overtaken: Error {}

  private func search() throws {
    let progress = ProgressReporter(
      quiet: options.isQuiet,
      draws: !options.streamsEvents || !Terminal.isTerminal(STDOUT_FILENO))
    defer { progress.clear() }
    let events = EventStream(isWanted: options.streamsEvents, output: StandardOutput().write)
    let setup = try setup(progress)
    let header = JournalHeader(subject: setup.subject, settings: setup.settings)
    let journal = try journal(header, setup.subject.machine)
    defer { journal.worker?.leave() }
    Interruption.sayAtEnd("Go on with: \(continuation(of: journal))")
    progress.begin(header)
    events.start(header, journal: journal.path)

    let study = Study(
      subject: setup.subject, settings: setup.settings, journal: journal, benches: setup.benches,
      validates: options.validates, interruption: events.stopSignal(or: Interruption.stopSignal),
      progress: { event in
        event.show(on: progress)
        events.write(event.json)
      })
    let outcome: StudyOutcome
    do {
      outcome = try self.outcome(of: study)
    } catch is Interrupted {
      try events.check()
      progress.clear()
      let count = journal.trials.count
      message(
        count == 0
          ? "Interrupted before anything was tried"
          : "Interrupted with \(counted(count, "trial")) finished")
      message("Go on with: \(continuation(of: journal))")
      throw Interrupted()
    } catch {
      progress.clear()
      events.write(["event": "failed", "error": .string("\(error)")])
      if journal.isInPlace { message("Go on with: \(continuation(of: journal))") }
      throw error
    }
    progress.clear()
    if case .failed = outcome {} else { try setup.finish() }
    switch outcome {
    case .failed(let result, let problem):
      let error = userError(problem)
      events.write(["event": "failed", "error": .string("\(error)")])
      if let result {
        try save(result, journal, events, endedBy: error)
      } else {
        message("Go on with: \(continuation(of: journal))")
      }
      throw error
    case .result(let result): try save(result, journal, events)
    case .finished: try show(journal, events)
    case .left(let trials):
      events.write(["event": "left", "trials": .integer(trials)])
      message(
        "Left the study with \(trials) of \(setup.settings.trials) trials finished; "
          + "join again with: \(continuation(of: journal))")
      if Interruption.isRequested { throw Interrupted() }
    }
  }

  private func journal(
    _ header: JournalHeader, _ machine: MachineDescription
  ) throws -> Journal {
    if let study = options.study {
      let worker = try Worker(in: study.workers, machine: machine)
      do throws(InputError) {
        return try Journal.join(study, header: header, worker: worker)
      } catch {
        guard !options.joins, study.hasStudy else { throw error }
        throw Overtaken()
      }
    }
    if let path = options.resume { return try Journal.resume(path, header: header) }
    return try Journal.create(in: options.output, header: header)
  }

  /// Writes the result, and what was found.
  ///
  /// - Parameter problem: what ended the search; nil where nothing did.
  private func save(
    _ result: StudyResult, _ journal: Journal, _ events: EventStream,
    endedBy problem: (any Error)? = nil
  ) throws {
    let saved = SavedResult(result, beside: journal)
    if saved.error == nil, !result.isInterrupted { try journal.finish(trials: result.trials.count) }
    let report = saved.path.flatMap { SavedReport(result, beside: $0) }
    try print(result, saved.path, report: report?.path, events)
    if !journal.isInPlace {
      message("\(journal.path) was deleted or replaced during the search: it cannot be resumed")
    }
    if result.isInterrupted {
      message(
        (problem == nil ? "Interrupted" : "Ended by an error")
          + "; what was found is in \(saved.path ?? "no file")")
      message("Go on with: \(continuation(of: journal))")
    }
    if let error = saved.error { throw error }
    try events.check()
    if result.isInterrupted, problem == nil { throw Interrupted() }
  }

  /// The command that goes on where a search was interrupted.
  private func continuation(of journal: Journal) -> String {
    let model =
      options.evaluatorCommand.map { "--evaluator-command \(quoted($0.command))" }
      ?? "--model \(quoted(options.model?.directory ?? journal.header.subject.model.path))"
    let place =
      options.study.map { "--study \(quoted($0.path))" } ?? "--resume \(quoted(journal.path))"
    return "\(Invocation.current.words) search \(model) \(place)"
  }

  /// Shows the result that another worker wrote.
  private func show(_ journal: Journal, _ events: EventStream) throws {
    try print(try StudyResult(file: journal.resultPath), journal.resultPath, events)
    try events.check()
  }

  /// Prints a result as it was asked for.
  private func print(
    _ result: StudyResult, _ path: String?, report: String? = nil, _ events: EventStream
  ) throws {
    if options.streamsEvents { return events.write(result.event(path: path)) }
    try StandardOutput().write(
      options.isJSON
        ? result.json.pretty
        : result.summary(
          path: path ?? "(not saved)", report: report, width: Terminal.textWidth(STDOUT_FILENO)))
  }

  /// - Parameter measures: whether the search is to measure anything.
  private func setup(
    _ progress: ProgressReporter, measures: Bool = true
  ) throws -> SearchSetup {
    if let evaluator = options.evaluatorCommand {
      return try SearchSetup(evaluator, options, progress)
    }
    guard let model = options.model else {
      preconditionFailure("a search has a model of its own or another program's")
    }
    return try SearchSetup(model, options, progress, measures: measures)
  }

  private func outcome(of study: Study) throws -> StudyOutcome {
    do throws(StudyError) {
      return try study.run()
    } catch {
      throw userError(error)
    }
  }

  private func userError(_ error: StudyError) -> any Error {
    switch error {
    case .interrupted: Interrupted()
    case .timeIsOver: error
    case .file(let error): error
    case .evaluation(let error): options.prompts.userError(error)
    }
  }
}
