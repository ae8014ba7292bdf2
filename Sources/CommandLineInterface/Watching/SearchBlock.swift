import Inference
import Report
import SkipSearch

/// The lines that show a running search on a terminal; a function of the search's state, the time
/// and the terminal's size. What matters least is left out first where there is little room.
struct SearchBlock {
  let progress: SearchProgress
  /// The clock's seconds.
  let now: Double
  /// Columns that may be written.
  let width: Int
  /// The most lines.
  let height: Int

  private var isWide: Bool { width >= 40 }

  var lines: [StyledLine] {
    var lines = [head]
    if let best = progress.best { lines.append(line("best", of: best)) }
    if let running = progress.running {
      lines.append(line("now", of: running))
    } else if let start = progress.choosing {
      lines.append(
        line("now", first: seconds(since: start), .plain, others: ["choosing the next draft"]))
    }
    let strip = strip
    if lines.count + strip.count <= height {
      lines += strip
    } else if strip.count > 2, lines.count + 2 <= height {
      lines += strip[1...2]
    }
    return lines.prefix(max(1, height)).map { $0.prefix(width) }
  }

  /// What is done, how far it is, a bar, the rate and the time to go.
  private var head: StyledLine {
    let elapsed = now - progress.activityStart
    switch progress.activity {
    case .working(let label):
      var line = StyledLine(label + " … ")
      line.add(ProgressState.clock(elapsed), .dim)
      return line
    case .trials:
      let count = "\(isWide ? "trials" : "trial") \(progress.done)/\(progress.total)"
      return head(
        count, share(progress.done, progress.total), rate: progress.rate(at: now),
        remaining: progress.remaining(at: now))
    case .counting(let label, let done, let total):
      // Too few steps for a rate that says more than the time to go.
      let remaining =
        done > 0 ? progress.limited(elapsed / Double(done) * Double(total - done), at: now) : nil
      return head(
        isWide ? "\(label) \(done)/\(total)" : "\(done)/\(total)", share(done, total), rate: nil,
        remaining: remaining)
    }
  }

  private func share(_ done: Int, _ total: Int) -> Double {
    min(1, Double(done) / Double(max(1, total)))
  }

  private func head(
    _ count: String, _ share: Double, rate: Double?, remaining: Double?
  ) -> StyledLine {
    var ends = [
      rate.map(ProgressState.rate), remaining.map { "ETA " + ProgressState.clock($0) },
    ].compactMap(\.self)
    let least = 6
    while !ends.isEmpty, count.count + least + 2 + ends.joined(separator: " · ").count > width {
      ends.removeFirst()
    }
    let end = ends.joined(separator: " · ")
    let room = width - count.count - 1 - (end.isEmpty ? 0 : end.count + 1)
    var line = StyledLine(count, .bold)
    if room >= 3 {
      let columns = min(room, 60)
      let filled = Int((share * Double(columns)).rounded(.down))
      line.add(" ")
      line.add(String(repeating: "━", count: filled), .green)
      line.add(String(repeating: "─", count: columns - filled), .dim)
    }
    if !end.isEmpty { line.add(" " + end) }
    return line
  }

  /// The best draft.
  private func line(_ label: String, of best: SearchProgress.Draft) -> StyledLine {
    let (short, long) = words(best)
    return line(
      label, first: short, .bold,
      others: [long, "trial \(best.trial)", what(best)].compactMap(\.self))
  }

  /// What is being tried.
  private func line(
    _ label: String, of running: (draft: SearchProgress.Draft, start: Double)
  ) -> StyledLine {
    let draft = running.draft
    let (short, long) = words(draft)
    let expected =
      draft.speedup == nil
      ? nil : "expected \(short)" + (width >= 70 ? long.map { " " + $0 } ?? "" : "")
    return line(
      label, first: seconds(since: running.start), .plain,
      others: [expected, what(draft), "by \(draft.origin)", "trial \(draft.trial)"]
        .compactMap(\.self))
  }

  private func seconds(since start: Double) -> String { "\(Int(max(0, now - start))) s" }

  /// A label and parts, as many as there is room for.
  private func line(
    _ label: String, first: String, _ style: StyledLine.Style, others: [String]
  ) -> StyledLine {
    var line = StyledLine(isWide ? leftAligned(label, Self.column) : label + " ", .dim)
    line.add(first, style)
    for part in others {
      // An interval stands by its number.
      let part = part.hasPrefix("(") ? " " + part : " · " + part
      guard line.count + part.count <= width else { break }
      line.add(part)
    }
    return line
  }

  /// `1.44x` and `(1.14–1.82)`
  private func words(_ draft: SearchProgress.Draft) -> (short: String, long: String?) {
    let short = draft.speedup.map { fixed($0, 2) + "x" } ?? "–"
    let long = draft.interval.map { "(\(fixed($0.lowerBound, 2))–\(fixed($0.upperBound, 2)))" }
    return (short, long)
  }

  /// `7 of 48 skipped, 4–8 bits`
  private func what(_ draft: SearchProgress.Draft) -> String? {
    guard let model = draft.model else { return "lookup alone" }
    let skipped = model.skip.attention.count + model.skip.mlp.count
    let bits = model.bits(layerCount: progress.layerCount)
    let parts = [
      skipped == 0 ? nil : "\(skipped) of \(2 * progress.layerCount) skipped",
      bits == "–" ? nil : "\(bits) bits",
    ].compactMap(\.self)
    return parts.isEmpty ? "the model itself" : parts.joined(separator: ", ")
  }

  /// The best draft's layers: numbers, attention, MLPs, and what the characters mean.
  private var strip: [StyledLine] {
    guard let model = progress.best?.model, progress.layerCount > 0 else { return [] }
    let labels = isWide ? ["attn", "MLP"].map { leftAligned($0, Self.column) } : ["a ", "m "]
    let indent = labels[0].count
    let strip = LayerStrip(model, layerCount: progress.layerCount, columns: width - indent)
    func row(_ label: String, _ marks: String) -> StyledLine {
      var line = StyledLine(label, .dim)
      for mark in marks {
        line.add(String(mark), mark == "#" || mark == "+" ? .cyan : .plain)
      }
      return line
    }
    var numbers = StyledLine(leftAligned("", indent))
    numbers.add(strip.numbers, .dim)
    let rows = [numbers, row(labels[0], strip.attention), row(labels[1], strip.mlp)]
    guard width >= 70, height >= 12 else { return rows }
    let skipped = strip.layersPerMark == 1 ? "# skipped" : "# skipped, + in part"
    return rows + [
      StyledLine(leftAligned("", indent) + skipped + "   8 4 bits   · the model's own", .dim)
    ]
  }

  /// Where what follows a label begins.
  private static let column = 7
}
