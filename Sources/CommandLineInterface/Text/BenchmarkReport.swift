import Inference

/// What `skip-search bench` prints, as a table or as JSON.
struct BenchmarkReport {
  /// Plain and speculative decoding of the same prompts. That both gave the same tokens is no
  /// figure of it: `DraftDecoder` throws where they differ, so a report always says that they did.
  struct Speculative {
    /// Plain over speculative seconds, the median of the repetitions.
    let speedup: Double
    /// Accepted over drafted tokens.
    let acceptanceRate: Double
    /// The speedup of each repetition.
    let samples: [Double]
  }

  let engine: EngineBenchmark
  let threads: Int
  let instructionSet: InstructionSet
  /// What multiplies with the model's weights, and with copies in fewer bits.
  let units: (weights: String, copies: String)
  /// Nil where no text was decoded.
  let speculative: Speculative?
}
