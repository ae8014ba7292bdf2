import Files
import Inference

extension BenchmarkReport {
  /// The object of `bench --json`.
  var json: JSON {
    let verify = engine.verifyOverOne.map { JSON.Member(String($0.rows), .double($0.ratio)) }
    let limits = engine.verifyOverOne.map {
      JSON.Member(String($0.rows), .double(engine.verifyLimit(rows: $0.rows)))
    }
    return [
      "read_bandwidth_gb_s": .double(engine.readBandwidth),
      "peak_gflop_s": .double(engine.peakGigaflops),
      "threads": .integer(threads),
      "instruction_set": .string(instructionSet.rawValue),
      "units": ["weights": .string(units.weights), "copies": .string(units.copies)],
      "decode": [
        "tokens_per_second": .double(engine.decodeTokensPerSecond),
        "gb_s": .double(engine.decodeGigabytesPerSecond),
      ],
      "verify_over_one": .object(verify),
      "verify_limit": .object(limits),
      "far": engine.farOverNear.map {
        [
          "positions": .integer(engine.farContext),
          "over_near": .double($0),
          "bytes_over_near": .double(engine.farBytesOverNear),
          "verify_8_over_one": engine.farVerifyOverOne.map(JSON.double) ?? .null,
        ]
      } ?? .null,
      "draft_step_over_bytes": .double(engine.draftStepOverBytes),
      "draft_step_over_full": .object(
        engine.stepOverFull.map { JSON.Member(Self.key($0.precision), .double($0.ratio)) }),
      "prefill": [
        "rows": .integer(engine.prefillRows),
        "tokens_per_second": .double(engine.prefillTokensPerSecond),
        "gflop_s": .double(engine.prefillGigaflops),
      ],
      "speculative": speculative.map {
        [
          "speedup": .double($0.speedup), "acceptance_rate": .double($0.acceptanceRate),
          "identical": .bool(true),
        ]
      } ?? .null,
      "samples": samples,
    ]
  }

  private static func key(_ precision: WeightPrecision) -> String {
    precision.bits.map(String.init) ?? "model"
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
      "far_seconds": .object(
        EngineBenchmark.farRows.map { rows in
          JSON.Member(String(rows), JSON(engine.repetitions.compactMap { $0.farSeconds[rows] }))
        }),
      "draft_step_seconds": JSON(engine.repetitions.map(\.draftSeconds)),
      "draft_step_seconds_by_bits": .object(
        WeightPrecision.allCases.map { precision in
          JSON.Member(
            Self.key(precision), JSON(engine.repetitions.compactMap { $0.stepSeconds[precision] }))
        }),
      "prefill_seconds": JSON(engine.repetitions.map(\.prefillSeconds)),
      "speculative_speedup": JSON(speculative?.samples ?? []),
    ]
  }
}
