import DraftEvaluation
import Foundation
import Inference
import SkipSearch

extension StudyResult {
  /// What the search found, for a person: at most 80 columns, apart from paths.
  ///
  /// - Parameters:
  ///   - path: the result file.
  ///   - program: how the program is called, for the command that uses the result.
  public func summary(path: String, program: String = "swift run skip-search") -> String {
    let isHopeless = trials.isEmpty && bound.map { !$0.canPay } ?? false
    var blocks = isHopeless ? [heading] : [heading, table]
    if let best {
      blocks.append(drawing(best))
      if let bound { blocks.append(limits(bound, best)) }
      blocks.append(
        ["Use it (the output is the full model's, token for token):", ""]
          + [
            "  \(program) generate --model \(quoted(subject.model.path)) \\",
            "    --skip-set \(quoted(path)) \\",
            "    --user \"How many legs have three cats?\" --compare",
          ])
    } else {
      blocks.append(verdict)
    }
    blocks.append(accounts)
    for warning in warnings { blocks.append(wrapped("Note: \(warning).")) }
    blocks.append(["Result: \(path)"])
    return blocks.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
  }

  private var heading: [String] {
    let model = subject.model
    let machine = subject.machine
    let low = baseline.samples.min() ?? 0
    let high = baseline.samples.max() ?? 0
    let passes =
      baseline.samples.count == 1
      ? "" : " (\(baseline.samples.count) passes: \(fixed(low, 1))–\(fixed(high, 1)))"
    return wrapped(
      "\(model.name): \(model.layerCount) layers, "
        + "\(fixed(Double(model.parameterCount) / 1e6, 1)) M parameters, \(model.elementType); "
        + "\(machine.cpu), \(machine.threads) threads, \(machine.instructionSet)")
      + wrapped(
        "Plain decoding: \(fixed(baseline.tokensPerSecond, 1)) tokens/s\(passes), "
          + "\(baseline.promptCount) prompts, \(baseline.tokenCount) tokens")
  }

  /// The sets measured again, or the best of the search where none was.
  private var shown: [ResultEntry] {
    let measured = sets.filter { $0.heldOut != nil }
    guard measured.isEmpty else { return measured }
    let uniform = uniform.map(\.trial)
    return Array(sets.prefix(3)) + sets.dropFirst(3).filter { $0.trial == uniform }
  }

  private var table: [String] {
    guard !shown.isEmpty else {
      return ["No trial was finished."]
    }
    let isHeldOut = shown.contains { $0.heldOut != nil }
    let prompts = shown.first?.decisive.promptCount ?? 0
    let title =
      isHeldOut
      ? subject.calibration.sharesPrompts
        ? "Measured again, on the \(prompts) prompts of the search:"
        : "Measured again on \(prompts) held-out prompts, in turn with plain decoding:"
      : "As measured by the search, on \(prompts) prompts:"
    let header =
      pad("  set", 24) + column("skipped", 8) + column("accepted", 10) + column("tokens/s", 10)
      + "  " + pad("speedup (95% interval)", 24)
    let speedups = shown.compactMap { $0.heldOut?.speedup?.logarithm }
    let note =
      speedups == speedups.sorted(by: >)
      ? []
      : wrapped(
        "Ranked on the prompts of the search, so that these figures are not the luckiest.")
    return wrapped(title) + [trimmed(header)] + shown.map(row) + note
  }

  private func row(_ entry: ResultEntry) -> String {
    let decisive = entry.decisive
    let isUniform = entry.trial == uniform?.trial
    let mark = entry.trial == best?.trial ? "* " : "  "
    let name = isUniform ? "uniform skipping" : "trial \(entry.trial)"
    let acceptance = decisive.acceptanceRate.map { fixed(100 * $0, 1) + "%" } ?? "–"
    let rate = decisive.tokensPerSecond.map { fixed($0, 1) } ?? "–"
    let count = "\(entry.calibration.draft.model.skip.count)/\(2 * subject.model.layerCount)"
    return trimmed(
      pad(mark + name, 24) + column(count, 8) + column(acceptance, 10) + column(rate, 10) + "  "
        + Self.speedup(decisive.speedup))
  }

  static func speedup(_ estimate: SpeedupEstimate?) -> String {
    guard let estimate else { return "–" }
    guard let interval = estimate.interval else { return fixed(estimate.speedup, 2) + "x" }
    return "\(fixed(estimate.speedup, 2))x "
      + "(\(fixed(interval.lowerBound, 2))–\(fixed(interval.upperBound, 2)))"
  }

  private func drawing(_ best: ResultEntry) -> [String] {
    let skip = best.calibration.draft.model.skip
    let layers = subject.model.layerCount
    var lines = wrapped(
      "The best set (trial \(best.trial)) skips \(skip.attention.count) of \(layers) attention "
        + "blocks and \(skip.mlp.count) of \(layers) MLPs (#) when drafting:")
    lines += SkipSetDrawing.lines(skip, layerCount: layers)
    let draft = best.calibration.draft.stop
    lines += wrapped(
      "A round drafts at most \(draft.maximum) \(draft.maximum == 1 ? "token" : "tokens") "
        + "(stop rule: \(draft.criterion.argument)).")
    lines += mattering
    if let replayed = best.replay?.speedup {
      lines += wrapped(
        "Replay expects \(Self.speedup(replayed)) of it on all prompts of the search.")
    }
    if let held = best.heldOut?.speedup, let found = best.calibration.speedup {
      lines += wrapped(
        "Decoding the prompts of the search, its speedup is \(Self.speedup(found)); on held-out "
          + "prompts it is \(Self.change(from: found.speedup, to: held.speedup)).")
    }
    if let uniform, uniform.trial != best.trial, let its = uniform.decisive.speedup,
      let own = best.decisive.speedup
    {
      lines += wrapped(
        "Against uniform skipping it is \(Self.change(from: its.speedup, to: own.speedup)).")
    }
    return lines
  }

  /// The sub-layers that the model is surest to need.
  private var mattering: [String] {
    let sure = importances.filter { $0.harm > 2 * $0.standardDeviation }
      .sorted { $0.harm > $1.harm }.prefix(5)
    guard !sure.isEmpty else { return [] }
    return wrapped(
      "It can least do without " + sure.map(\.name).joined(separator: ", ")
        + " (more in the result's \"importance\").")
  }

  /// What no set can exceed, beside what this one reaches.
  private func limits(_ bound: SpeedupBound, _ best: ResultEntry) -> [String] {
    let free = bound.points[0].perfectSpeedup
    guard let costs = costs?.costs(of: best.calibration.draft.model),
      let own = best.decisive.speedup?.speedup
    else { return [] }
    let point = bound.point(at: costs.draftCostRatio)
    return wrapped(
      "The bound on this machine, with every draft accepted: \(fixed(free, 2))x if drafting were free, "
        + "\(fixed(point.perfectSpeedup, 2))x at this set's draft cost of "
        + "\(fixed(point.draftCost, 2)) of a token's time. The set reaches "
        + "\(fixed(100 * own / point.perfectSpeedup, 0))% of the latter.")
  }

  private static func change(from old: Double, to new: Double) -> String {
    let percent = 100 * (new / old - 1)
    return "\(fixed(abs(percent), 1))% \(percent < 0 ? "slower" : "faster")"
  }

  private var verdict: [String] {
    guard let first = shown.first else {
      return wrapped(
        bound.map { !$0.canPay } ?? false
          ? "No skip set was tried: none can pay on this machine. Generate without a skip set."
          : "Nothing is known about any skip set.")
    }
    return wrapped(
      "No skip set beats plain decoding on this machine: the best one found (trial "
        + "\(first.trial)) reaches \(Self.speedup(first.decisive.speedup)), and that is not above 1 "
        + "beyond doubt. Generate without a skip set.")
  }

  private var accounts: [String] {
    let stopped = trials.count { $0.evaluation.stoppedEarly }
    let parts = [
      ("baseline", seconds.baseline), ("screening", seconds.screening),
      ("trials", seconds.evaluation), ("optimiser", seconds.optimiser),
      ("held-out", seconds.validation),
    ].filter { $0.1 > 0 }.map { "\($0.0) \(Self.duration($0.1))".replacing(" ", with: "~") }
    let tuning =
      draftTrials.isEmpty
      ? "" : " The best of them tried other draft settings \(draftTrials.count) times."
    return wrapped(
      "\(trials.count) trials, all of different sets, \(stopped) of them ended early as hopeless."
        + tuning)
      + wrapped("Time: \(Self.duration(seconds.total)) (\(parts.joined(separator: ", "))).")
      // A duration is not broken between number and unit.
      .map { $0.replacing("~", with: " ") }
  }

  /// `4.2 s`, `3 min 05 s`, `2 h 05 min`.
  static func duration(_ seconds: Double) -> String {
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    guard seconds >= 59.95 else { return "\(fixed(seconds, 1)) s" }
    let whole = Int(min(seconds, 1e9).rounded())
    guard whole >= 3600 else { return "\(whole / 60) min \(two(whole % 60)) s" }
    return "\(whole / 3600) h \(two(whole % 3600 / 60)) min"
  }
}

/// A word for a shell: in single quotes where it needs them.
func quoted(_ word: String) -> String {
  let plain = word.unicodeScalars.allSatisfy { scalar in
    scalar.isASCII
      && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
        || "/._-+=:,@%".unicodeScalars.contains(scalar))
  }
  if plain, !word.isEmpty { return word }
  return "'"
    + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#)
    + "'"
}

/// Text in lines of at most 80 characters, broken at spaces.
func wrapped(_ text: String, width: Int = 80) -> [String] {
  var lines: [String] = []
  var line = ""
  for word in text.split(separator: " ") {
    if !line.isEmpty, line.count + 1 + word.count > width {
      lines.append(line)
      line = ""
    }
    line += line.isEmpty ? String(word) : " \(word)"
  }
  if !line.isEmpty { lines.append(line) }
  return lines
}

/// The text at the right of a column.
private func column(_ text: String, _ width: Int) -> String {
  String(repeating: " ", count: max(0, width - text.count)) + text
}

private func trimmed(_ line: String) -> String {
  var line = line
  while line.last == " " { line.removeLast() }
  return line
}
