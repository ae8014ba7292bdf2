import DraftEvaluation
import Files
import Report
import SkipSearch

extension StudyResult {
  /// What the search found, for a person; see `SearchSummary`.
  ///
  /// - Parameters:
  ///   - report: the page beside it; nil where there is none.
  ///   - width: columns that there are.
  func summary(path: String, report: String? = nil, width: Int = 80) -> String {
    SearchSummary(result: self, path: path, report: report, width: width).text
  }
}

/// What a search found, for a person: in so many columns, apart from paths.
struct SearchSummary {
  let result: StudyResult
  /// The result file.
  let path: String
  /// The page made of it; nil where there is none.
  let report: String?
  /// Columns that there are.
  let width: Int

  /// A paragraph.
  func lines(_ text: String) -> [String] { wrapped(text, width: width) }

  var text: String {
    let nothingWasWorthTrying = result.trials.isEmpty && !canPay
    var blocks = nothingWasWorthTrying ? [heading] : [heading, table]
    if let best = result.best {
      blocks += [description(of: best)]
      if let bound = result.bound { blocks.append(limits(bound, best)) }
      blocks.append(use)
    } else {
      blocks.append(verdict)
    }
    if let kinds { blocks.append(kinds) }
    blocks.append(accounts)
    blocks += result.warnings.map { lines("Note: \($0).") }
    blocks.append(["Result: \(path)"] + (report.map { ["Report: \($0)"] } ?? []))
    return blocks.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
  }

  /// Whether any set can, as far as is known.
  private var canPay: Bool { result.bound?.canPay ?? true }

  private var heading: [String] {
    let model = result.subject.model
    let machine = result.subject.machine
    let baseline = result.baseline
    let low = fixed(baseline.samples.min() ?? 0, 1)
    let high = fixed(baseline.samples.max() ?? 0, 1)
    let count = baseline.samples.count
    let passes = count == 1 ? "" : " (\(count) passes: \(low)–\(high))"
    let timed =
      baseline.timedPromptCount == baseline.promptCount
      ? "" : " (\(baseline.timedPromptCount) timed)"
    return lines(
      "\(model.name): \(model.layerCount) layers, "
        + "\(fixed(Double(model.parameterCount) / 1e6, 1)) M parameters, \(model.elementType); "
        + "\(machine.cpu), \(counted(machine.threads, "thread")), \(machine.instructionSet)")
      + lines(
        "Plain decoding: \(fixed(baseline.tokensPerSecond, 1)) tokens/s\(passes), "
          + "\(baseline.promptCount) prompts\(timed), \(baseline.tokenCount) tokens")
  }

  private var use: [String] {
    guard !result.subject.machine.isElsewhere else {
      return lines(
        "Use it where the model runs: \"best\" in \(quoted(path)) has the sub-layers to skip and the "
          + "stop rule.")
    }
    return lines("Use it (the output is the full model's, token for token):") + [""]
      + UseCommand(model: result.subject.model, result: path).lines.map { "  " + $0 }
  }

  private var verdict: [String] {
    guard let first = result.shownSets.first else {
      return lines(
        canPay
          ? "Nothing is known about any draft."
          : "No draft was tried: none can pay on this machine. Generate without one.")
    }
    return lines(
      "No draft beats plain decoding on this machine: the best one found (trial "
        + "\(first.trial)) reaches \(first.decisive.speedup?.words ?? "–"), and that is not above 1 "
        + "beyond doubt. Generate without a skip set.")
  }

  private var accounts: [String] {
    let seconds = result.seconds
    let stopped = result.trials.count { $0.evaluation.stoppedEarly }
    let parts = [
      ("baseline", seconds.baseline), ("screening", seconds.screening),
      ("trials", seconds.evaluation), ("optimiser", seconds.optimizer),
      ("held-out", seconds.validation),
    ].filter { $0.1 > 0 }
      // Not broken between phase, number and unit.
      .map { "\($0) \(duration($1))".replacing(" ", with: noBreakSpace) }
    let tried = result.draftTrials.count
    return lines(
      counted(result.trials.count, "trial")
        + (result.trials.count == 1 ? ", " : ", all of different drafts, ")
        + "\(stopped) of them ended early as hopeless."
        + (tried == 0 ? "" : " The best of them tried other draft settings \(tried) times."))
      + lines("Time: \(duration(seconds.total)) (\(parts.joined(separator: ", "))).")
  }
}
