import DraftEvaluation
import Files
import Inference
import SkipSearch

/// What `skip-search bench` prints: the engine's figures and, with a model that has text, plain and
/// speculative decoding in turn.
public struct BenchmarkReport: Sendable {
  /// Plain and speculative decoding of the same prompts.
  public struct Speculative: Sendable {
    /// Plain over speculative seconds, the median of the repetitions.
    public var speedup: Double
    /// Accepted over drafted tokens.
    public var acceptanceRate: Double
    /// Whether both gave the same tokens, always.
    public var identical: Bool
    /// The speedup of each repetition.
    public var samples: [Double]

    /// Collects the figures of one comparison.
    public init(speedup: Double, acceptanceRate: Double, identical: Bool, samples: [Double]) {
      self.speedup = speedup
      self.acceptanceRate = acceptanceRate
      self.identical = identical
      self.samples = samples
    }
  }

  let engine: EngineBenchmark
  let threads: Int
  let instructionSet: InstructionSet
  let speculative: Speculative?

  /// Pairs the engine's figures with those of decoding text, where there are any.
  public init(_ engine: EngineBenchmark, model: LanguageModel, speculative: Speculative?) {
    self.engine = engine
    threads = model.team.count
    instructionSet = model.instructionSet
    self.speculative = speculative
  }

  /// The object of `bench --json`.
  public var json: JSON {
    let verify = engine.verifyOverOne.map { JSON.Member(String($0.rows), .double($0.ratio)) }
    let limits = engine.verifyOverOne.map {
      JSON.Member(String($0.rows), .double(engine.verifyLimit(rows: $0.rows)))
    }
    return [
      "read_bandwidth_gb_s": .double(engine.readBandwidth),
      "peak_gflop_s": .double(engine.peakGigaflops),
      "threads": .integer(threads),
      "instruction_set": .string(instructionSet.rawValue),
      "decode": [
        "tokens_per_second": .double(engine.decodeTokensPerSecond),
        "gb_s": .double(engine.decodeGigabytesPerSecond),
      ],
      "verify_over_one": .object(verify),
      "verify_limit": .object(limits),
      "draft_step_over_bytes": .double(engine.draftStepOverBytes),
      "prefill": [
        "rows": .integer(engine.prefillRows),
        "tokens_per_second": .double(engine.prefillTokensPerSecond),
        "gflop_s": .double(engine.prefillGigaflops),
      ],
      "speculative": speculative.map {
        [
          "speedup": .double($0.speedup), "acceptance_rate": .double($0.acceptanceRate),
          "identical": .bool($0.identical),
        ]
      } ?? .null,
      "samples": samples,
    ]
  }

  private var samples: JSON {
    let verify = EngineBenchmark.verificationRows.map { rows in
      JSON.Member(String(rows), JSON(engine.repetitions.compactMap { $0.verifySeconds[rows] }))
    }
    return [
      "read_bandwidth_gb_s": JSON(engine.repetitions.map(\.readBandwidth)),
      "peak_gflop_s": JSON(engine.repetitions.map(\.peakGigaflops)),
      "decode_seconds": JSON(engine.repetitions.map(\.decodeSeconds)),
      "verify_seconds": .object(verify),
      "draft_step_seconds": JSON(engine.repetitions.map(\.draftSeconds)),
      "prefill_seconds": JSON(engine.repetitions.map(\.prefillSeconds)),
      "speculative_speedup": JSON(speculative?.samples ?? []),
    ]
  }

  /// A table for people: the median of each figure and its spread over the repetitions.
  public var text: String {
    func spread(_ values: [Double], _ digits: Int) -> String {
      let low = values.min() ?? 0
      let high = values.max() ?? 0
      return "\(fixed(low, digits)) – \(fixed(high, digits))"
    }
    let decode = engine.repetitions.map { 1 / $0.decodeSeconds }
    let bytes = Double(engine.decodeBytes) / 1e9
    var rows: [(String, String, String)] = [
      (
        "read bandwidth (best), GB/s", fixed(engine.readBandwidth, 1),
        spread(engine.repetitions.map(\.readBandwidth), 1)
      ),
      ("decoding, tokens/s", fixed(engine.decodeTokensPerSecond, 1), spread(decode, 1)),
      (
        "decoding, GB/s of weights",
        "\(fixed(engine.decodeGigabytesPerSecond, 1)) "
          + "(\(fixed(100 * engine.decodeGigabytesPerSecond / engine.readBandwidth, 0))%)",
        spread(decode.map { $0 * bytes }, 1)
      ),
    ]
    for (count, ratio) in engine.verifyOverOne {
      let ratios = engine.repetitions.compactMap { sample in
        sample.verifySeconds[count].map { $0 / sample.decodeSeconds }
      }
      let limit = engine.verifyLimit(rows: count)
      rows.append(
        (
          "verifying \(count) rows over one",
          fixed(ratio, 2) + (limit > 1 ? " (limit \(fixed(limit, 2)))" : ""), spread(ratios, 2)
        ))
    }
    let share = Double(engine.draftBytes) / Double(engine.decodeBytes)
    rows.append(
      (
        "draft step over its \(fixed(100 * share, 0))% of the bytes",
        fixed(engine.draftStepOverBytes, 2),
        spread(engine.repetitions.map { $0.draftSeconds / $0.decodeSeconds / share }, 2)
      ))
    let prefill = engine.repetitions.map { Double(engine.prefillRows) / $0.prefillSeconds }
    rows.append(
      (
        "prefill of \(engine.prefillRows) rows, tokens/s",
        fixed(engine.prefillTokensPerSecond, 0), spread(prefill, 0)
      ))
    let ofPeak = 100 * engine.prefillGigaflops / engine.peakGigaflops
    let peak = fixed(engine.peakGigaflops, 0)
    rows.append(
      (
        "prefill, Gflop/s",
        "\(fixed(engine.prefillGigaflops, 0)) (\(fixed(ofPeak, 0))% of \(peak))",
        spread(prefill.map { $0 * engine.prefillOperations / Double(engine.prefillRows) / 1e9 }, 0)
      ))
    if let speculative {
      rows.append(
        (
          "speculative decoding, speedup", fixed(speculative.speedup, 2),
          spread(speculative.samples, 2)
        ))
      rows.append(
        ("speculative decoding, acceptance rate", fixed(speculative.acceptanceRate, 3), ""))
      rows.append(
        ("speculative decoding, identical output", speculative.identical ? "yes" : "NO", ""))
    }
    let lines = rows.map { row in
      pad(row.0, 40) + pad(row.1, 18) + row.2
    }
    return "\(threads) threads, \(instructionSet.rawValue)\n"
      + pad("", 40) + pad("median", 18) + "range\n" + lines.joined(separator: "\n") + "\n"
  }
}

/// A number with the given digits after the point.
func fixed(_ value: Double, _ digits: Int) -> String {
  guard value.isFinite, abs(value) < 1e15 else { return "–" }
  var scale = 1.0
  for _ in 0..<digits { scale *= 10 }
  let rounded = Int((abs(value) * scale).rounded())
  let sign = value < 0 && rounded > 0 ? "-" : ""
  guard digits > 0 else { return sign + String(rounded) }
  let fraction = String(rounded % Int(scale))
  return sign + String(rounded / Int(scale)) + "."
    + String(repeating: "0", count: digits - fraction.count) + fraction
}

/// The text filled up with spaces to a width.
func pad(_ text: String, _ width: Int) -> String {
  text + String(repeating: " ", count: max(0, width - text.count))
}
