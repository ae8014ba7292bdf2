import DraftEvaluation
import Files
import Inference
import Report
import SkipSearch

extension TrialFailure {
  /// Whose trial of which draft failed, and why.
  fileprivate var words: String {
    let skipped = plan.model.map { list($0.skip) } ?? ""
    return (worker.map { $0 == ExternalStudy.worker ? "" : "\($0), " } ?? "")
      + (skipped.isEmpty ? "nothing skipped: " : "without \(skipped): ") + reason
  }
}

extension StudyStatus {
  /// The status for a person, a paragraph for each thing.
  ///
  /// - Parameter width: columns that there are; paths take more.
  func text(width: Int = 80) -> String {
    var lines: [String] = []
    func add(_ title: String, _ text: String) {
      lines += wrapped(
        text.split(separator: " ").map(String.init), lead: leftAligned(title, 9), indent: 9,
        width: width)
    }
    lines.append("Study    \(journal ?? result ?? header.subject.model.path)")
    add(
      "", "\(header.subject.model.path), \(journal == nil ? "ended" : "begun") \(header.createdAt)")
    add("Trials", trialWords)
    if let (words, model) = bestWords {
      add("Best", words)
      lines += DraftDrawing.lines(
        model, layerCount: header.subject.model.layerCount, width: width - 7
      ).map { "       " + $0 }
    }
    for failure in failures.suffix(3) { add("Failed", failure.words) }
    for worker in shownWorkers {
      let presence = worker.isAlive ? "" : "\(worker.presence.rawValue), "
      add("Worker", "\(worker.name): \(presence)\(worker.doing)")
    }
    let silent = workers.count - shownWorkers.count
    if silent > 0 {
      add(
        "",
        shownWorkers.isEmpty
          ? "\(counted(silent, "worker")) left nothing"
          : "\(silent) \(silent == 1 ? "other" : "others") left nothing")
    }
    add("State", stateWords + (continuation == nil ? "" : "; go on with:"))
    // A command is not broken: it is to be copied.
    if let continuation { lines.append(leftAligned("", 9) + continuation) }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Workers that do something, or left something to do.
  private var shownWorkers: [WorkerState] { workers.filter { $0.isAlive || $0.hasLeftWork } }

  private var trialWords: String {
    var parts = ["\(trials.count) of \(wanted) finished"]
    if running > 0 {
      parts.append("\(running) \(header.subject.isExternal ? "asked for" : "begun")")
    }
    if free > 0 { parts.append("\(free) free to take over") }
    if !failures.isEmpty { parts.append("\(failures.count) failed") }
    if let secondsPerTrial, secondsPerTrial > 0 {
      parts.append("\(fixed(secondsPerTrial, 1)) s each")
    }
    if let remaining, remaining > 0 { parts.append("ETA \(ProgressState.clock(remaining))") }
    return parts.joined(separator: ", ")
  }

  /// The draft that was measured on held-out prompts at last; nil before that.
  private var heldOut: ResultEntry? {
    found.flatMap { $0.best ?? $0.shownSets.first }.flatMap { $0.heldOut == nil ? nil : $0 }
  }

  /// What the best draft is worth, and the draft.
  private var bestWords: (words: String, model: DraftModel)? {
    if let heldOut, let found {
      let measured = heldOut.decisive.speedup?.words ?? "–"
      return (
        "\(measured), trial \(heldOut.trial), on \(heldOut.decisive.promptCount) "
          + (found.subject.calibration.sharesPrompts
            ? "prompts of the search, measured again" : "held-out prompts")
          + (found.best == nil ? ": not above 1x beyond doubt" : ""),
        heldOut.calibration.draft.model
      )
    }
    guard let best else { return nil }
    let speedup = best.evaluation.speedup.map { $0.words } ?? "\(fixed(best.speedup, 2))x"
    return (
      header.subject.isExternal
        ? "\(speedup), id \(ids[best.index] ?? best.index)"
        : "\(speedup), trial \(best.index), on the prompts of the search", best.model
    )
  }

  private var stateWords: String {
    switch state {
    case .running: return "running"
    case .finished: return "finished; the result is in \(result ?? "")"
    case .idle where isDamaged: return "the journal is damaged"
    case .idle where header.subject.isExternal && trials.isEmpty && !failures.isEmpty:
      return "all \(failures.count) that were told failed; ask and tell go on"
    case .idle where header.subject.isExternal:
      return trials.count < header.settings.trials ? "ask and tell go on" : "all trials are told"
    case .idle:
      return journal == nil ? "interrupted; its journal is not here" : "nobody works on it"
    }
  }

  /// The command that goes on with a search that nobody works on.
  private var continuation: String? {
    guard case .idle = state, !header.subject.isExternal, !isDamaged, let journal else {
      return nil
    }
    return Invocation.current.search(header.subject)
      + (header.isShared
        ? " --study \(quoted(StudyDirectory(containing: journal).path))"
        : " --resume \(quoted(journal))")
  }

  /// The status for programs.
  var json: JSON {
    [
      "state": .string(state.rawValue), "journal": journal.map(JSON.string) ?? .null,
      "result": result.map(JSON.string) ?? .null, "created_at": .string(header.createdAt),
      "model": .string(header.subject.model.path), "trials": .integer(trials.count),
      "trials_wanted": .integer(wanted), "trials_failed": .integer(failures.count),
      "trials_begun": .integer(running),
      "trials_to_take_over": .integer(free),
      "seconds_per_trial": .number(secondsPerTrial), "eta_seconds": .number(remaining),
      "best": bestJSON,
      "workers": .array(
        workers.map {
          [
            "worker": .string($0.name), "alive": .bool($0.isAlive),
            "presence": .string($0.presence.rawValue), "doing": .string($0.doing),
          ]
        }),
    ]
  }

  private var bestJSON: JSON {
    guard let (_, model) = bestWords, let trial = heldOut?.trial ?? best?.index else {
      return .null
    }
    let estimate = heldOut?.decisive.speedup ?? best?.evaluation.speedup
    let draft = (heldOut?.calibration.draft.withoutTokens.json ?? best?.json)?["draft"]
    return [
      "trial": .integer(trial), "id": ids[trial].map(JSON.integer) ?? .null,
      "speedup": .number(estimate?.speedup ?? best?.speedup),
      "speedup_ci95": estimate?.interval.map {
        [.double($0.lowerBound), .double($0.upperBound)]
      } ?? .null,
      "measured_on": .string(heldOut == nil ? "search" : "held-out"),
      "skip_layer_ids": model.skip.json, "draft": draft ?? .null,
    ]
  }
}
