import DraftEvaluation
import Files
import Report
import SkipSearch

extension StudyStatus {
  /// The status for a person, a line for each thing.
  var text: String {
    var lines = [
      "Study    \(journal)", "         \(header.subject.model.path), begun \(header.createdAt)",
      "Trials   " + trialWords,
    ]
    if let best {
      lines.append("Best     " + words(of: best))
      lines += DraftDrawing.lines(best.model, layerCount: header.subject.model.layerCount)
        .map { "       " + $0 }
    }
    for failure in failures.suffix(3) { lines.append("Failed   \(failure.reason)") }
    for worker in workers {
      lines.append(
        "Worker   \(worker.name): \(worker.isAlive ? worker.doing : "dead, \(worker.doing)")")
    }
    lines.append("State    " + stateWords)
    return lines.joined(separator: "\n") + "\n"
  }

  private var trialWords: String {
    var parts = ["\(trials.count) of \(wanted) finished"]
    let running = claims.count { $0.plan != nil }
    if running > 0 {
      parts.append("\(running) \(header.subject.isExternal ? "asked for" : "begun")")
    }
    if !failures.isEmpty { parts.append("\(failures.count) failed") }
    if let secondsPerTrial, secondsPerTrial > 0 {
      parts.append("\(fixed(secondsPerTrial, 1)) s each")
    }
    if let remaining, remaining > 0 { parts.append("ETA \(ProgressState.clock(remaining))") }
    return parts.joined(separator: ", ")
  }

  private func words(of best: Trial) -> String {
    let measured = best.evaluation.speedup.map { $0.words }
    let speedup = measured ?? "\(fixed(best.speedup, 2))x"
    if header.subject.isExternal { return "\(speedup), id \(ids[best.index] ?? best.index)" }
    return "\(speedup), trial \(best.index), on the prompts of the search"

  }

  private var stateWords: String {
    switch state {
    case .running: "running"
    case .finished: "finished; the result is in \(result ?? "")"
    case .idle where header.subject.isExternal:
      trials.count < header.settings.trials ? "ask and tell go on" : "all trials are told"
    case .idle:
      header.isShared
        ? "nobody works on it; go on with: search --study "
          + quoted(StudyDirectory(containing: journal).path)
        : "nobody works on it; go on with: search --resume \(journal)"
    }
  }

  /// The status for programs.
  var json: JSON {
    [
      "state": .string(state.rawValue), "journal": .string(journal),
      "result": result.map(JSON.string) ?? .null, "created_at": .string(header.createdAt),
      "model": .string(header.subject.model.path), "trials": .integer(trials.count),
      "trials_wanted": .integer(wanted), "trials_failed": .integer(failures.count),
      "trials_begun": .integer(claims.count { $0.plan != nil }),
      "seconds_per_trial": .number(secondsPerTrial), "eta_seconds": .number(remaining),
      "best": best.map { trial in
        [
          "trial": .integer(trial.index), "id": ids[trial.index].map(JSON.integer) ?? .null,
          "speedup": .double(trial.speedup),
          "speedup_ci95": trial.evaluation.speedup?.interval.map {
            [.double($0.lowerBound), .double($0.upperBound)]
          } ?? .null,
          "skip_layer_ids": trial.model.skip.json, "draft": trial.json["draft"] ?? .null,
        ]
      } ?? .null,
      "workers": .array(
        workers.map {
          ["worker": .string($0.name), "alive": .bool($0.isAlive), "doing": .string($0.doing)]
        }),
    ]
  }
}
