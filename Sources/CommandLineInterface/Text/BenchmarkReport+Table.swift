import Files
import Inference
import Report

extension BenchmarkReport {
  /// A table for people: the median of each figure and its range over the repetitions.
  ///
  /// - Parameter width: columns that there are; nil for any number.
  func text(width: Int? = nil) -> String {
    let table = TextTable<Figure>(columns: [
      .init(title: "", width: 40) { $0.title },
      .init(title: "median", width: 18) { $0.median },
      .init(title: "range", width: 0, rank: 1) { $0.range },
    ])
    let lines = table.lines(engineFigures + speculativeFigures, width: width ?? .max)
    return
      (wrapped(
        "\(counted(threads, "thread")), \(instructionSet.rawValue): weights by \(units.weights), "
          + "copies in fewer bits by \(units.copies)", width: width ?? .max) + lines)
      .map { $0 + "\n" }.joined()
  }

  /// A row of the table.
  private struct Figure {
    let title: String
    let median: String
    var range = ""
  }

  private var engineFigures: [Figure] {
    let decode = engine.repetitions.map { 1 / $0.decodeSeconds }
    let prefill = engine.repetitions.map { Double(engine.prefillRows) / $0.prefillSeconds }
    let share = Double(engine.draftBytes) / Double(engine.decodeBytes)
    let ofBandwidth = 100 * engine.decodeGigabytesPerSecond / engine.readBandwidth
    let ofPeak = 100 * engine.prefillGigaflops / engine.peakGigaflops
    return [
      Figure(
        title: "read bandwidth (best), GB/s", median: fixed(engine.readBandwidth, 1),
        range: range(engine.repetitions.map(\.readBandwidth), 1)),
      Figure(
        title: "decoding, tokens/s", median: fixed(engine.decodeTokensPerSecond, 1),
        range: range(decode, 1)),
      Figure(
        title: "decoding, GB/s of weights",
        median: "\(fixed(engine.decodeGigabytesPerSecond, 1)) (\(fixed(ofBandwidth, 0))%)",
        range: range(decode.map { $0 * (Double(engine.decodeBytes) / 1e9) }, 1)),
    ] + verifications + farFigures + [
      Figure(
        title: "draft step over its \(fixed(100 * share, 0))% of the bytes",
        median: fixed(engine.draftStepOverBytes, 2),
        range: range(engine.repetitions.map { $0.draftSeconds / $0.decodeSeconds / share }, 2))
    ] + steps + [
      Figure(
        title: "prefill of \(engine.prefillRows) rows, tokens/s",
        median: fixed(engine.prefillTokensPerSecond, 0), range: range(prefill, 0)),
      Figure(
        title: "prefill, Gflop/s",
        median: "\(fixed(engine.prefillGigaflops, 0)) "
          + "(\(fixed(ofPeak, 0))% of \(fixed(engine.peakGigaflops, 0)))",
        range: range(
          prefill.map { $0 * engine.prefillOperations / Double(engine.prefillRows) / 1e9 }, 0)),
    ]
  }

  private var verifications: [Figure] {
    engine.verifyOverOne.map { rows, ratio in
      let limit = engine.verifyLimit(rows: rows)
      return Figure(
        title: "verifying \(rows) rows over one",
        median: fixed(ratio, 2) + (limit > 1 ? " (limit \(fixed(limit, 2)))" : ""),
        range: range(engine.verifyRatios(rows: rows), 2))
    }
  }

  /// What a long text costs: its limit is what is read.
  private var farFigures: [Figure] {
    guard let token = engine.farOverNear, let verification = engine.farVerifyOverOne else {
      return []
    }
    return [
      Figure(
        title: "a token at \(engine.farContext) positions over one",
        median: "\(fixed(token, 2)) (bytes \(fixed(engine.farBytesOverNear, 2)))",
        range: range(engine.farRatios, 2)),
      Figure(
        title: "verifying 8 rows there over one there", median: fixed(verification, 2),
        range: range(engine.farVerifyRatios, 2)),
    ]
  }

  private var speculativeFigures: [Figure] {
    guard let speculative else { return [] }
    return [
      Figure(
        title: "speculative decoding, speedup", median: fixed(speculative.speedup, 2),
        range: range(speculative.samples, 2)),
      Figure(
        title: "speculative decoding, acceptance rate",
        median: fixed(speculative.acceptanceRate, 3)),
      Figure(
        title: "speculative decoding, identical output", median: "yes"),
    ]
  }

  private var steps: [Figure] {
    engine.stepOverFull.filter { $0.precision != .model }.map { precision, ratio in
      Figure(
        title: "draft step in \(precision.bits ?? 0) bits over one token", median: fixed(ratio, 2),
        range: range(engine.stepRatios(precision), 2))
    }
  }

  private func range(_ values: [Double], _ digits: Int) -> String {
    "\(fixed(values.min() ?? 0, digits)) – \(fixed(values.max() ?? 0, digits))"
  }
}
