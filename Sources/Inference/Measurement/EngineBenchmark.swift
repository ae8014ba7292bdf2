import Statistics

/// Times the engine's passes on one model, in turn, so that a machine whose speed drifts slows all
/// of them alike: every ratio is formed within a repetition.
public struct EngineBenchmark: Sendable {
  /// One repetition's figures.
  public struct Repetition: Sendable {
    /// Seconds of decoding one token.
    public var decodeSeconds: Double
    /// Seconds of a verification, by rows.
    public var verifySeconds: [Int: Double]
    /// Seconds of a pass after a long text, by rows; none where the model's context has no room.
    public var farSeconds: [Int: Double]
    /// Seconds of a draft step.
    public var draftSeconds: Double
    /// Seconds of a draft step that skips nothing, by the precision of all that it reads.
    public var stepSeconds: [WeightPrecision: Double]
    /// Seconds of a prefill of `prefillRows` rows.
    public var prefillSeconds: Double
    /// GB/s that the threads can read, the best of the repetition's passes.
    public var readBandwidth: Double
    /// Gflop/s that the threads can multiply and add in registers, for the model's own weights.
    public var peakGigaflops: Double
  }

  /// Rows of a prefill.
  public let prefillRows: Int
  /// Positions of the long text.
  public let farContext: Int
  /// The raw figures.
  public let repetitions: [Repetition]
  /// Bytes of weights that one token reads.
  public let decodeBytes: Int
  /// Bytes of weights that one draft step reads.
  public let draftBytes: Int
  /// Bytes of weights, keys and values that one token reads after the long text, over what it reads
  /// after a short one.
  public let farBytesOverNear: Double
  /// Floating-point operations of a prefill: two per weight and row, the head for one row.
  public let prefillOperations: Double
  /// Floating-point operations of a row with logits: two per weight.
  public let rowOperations: Double

  /// The rows of the verifications measured.
  public static let verificationRows = [2, 4, 8, 16]
  /// The rows of passes after a long text: a token, and a verification.
  public static let farRows = [1, 8]

  /// Measures.
  ///
  /// - Parameters:
  ///   - model: what to run; any tokens will do.
  ///   - draft: what the draft step runs.
  ///   - repetitions: how many; after one that is not counted.
  ///   - isCancelled: asked between repetitions.
  /// - Throws: where the model computes no numbers.
  public init(
    model: LanguageModel, draft: DraftModel, repetitions: Int,
    isCancelled: () -> Bool = { false }
  ) throws(GenerationError) {
    let timer = try EngineTimer(model: model, draft: draft)
    let verifications = Self.verificationRows.filter { timer.canRun(.verify(rows: $0)) }
    let far = Self.farRows.filter { timer.canRun(.far(rows: $0)) }
    var figures: [Repetition] = []
    for repetition in 0...repetitions where !isCancelled() {
      let prefill = timer.seconds(.prefill, passes: 1)[0]
      // In short bursts, in turn: a machine that changes its speed changes it for all figures.
      var bursts: [EnginePass: [Double]] = [:]
      let one = timer.seconds(.decode, passes: 1)[0]
      let passes = max(1, min(10, Int(0.02 / one)))
      for _ in 0..<(one > 0.05 ? 3 : 6) {
        for pass in [.read, .decode, .draft] + WeightPrecision.allCases.map(EnginePass.step)
          + verifications.map(EnginePass.verify) + far.map(EnginePass.far)
        {
          bursts[pass, default: []] += timer.seconds(pass, passes: passes)
        }
      }
      // The first repetition warms pages and caches.
      if repetition == 0 { continue }
      func typical(_ pass: EnginePass) -> Double { median(bursts[pass] ?? []) }
      figures.append(
        Repetition(
          decodeSeconds: typical(.decode),
          verifySeconds: Dictionary(
            uniqueKeysWithValues: verifications.map { ($0, typical(.verify(rows: $0))) }),
          farSeconds: Dictionary(
            uniqueKeysWithValues: far.map { ($0, typical(.far(rows: $0))) }),
          draftSeconds: typical(.draft),
          stepSeconds: Dictionary(
            uniqueKeysWithValues: WeightPrecision.allCases.map { ($0, typical(.step($0))) }),
          prefillSeconds: prefill,
          readBandwidth: timer.readBytes / (bursts[.read]?.min() ?? .infinity) / 1e9,
          peakGigaflops: ArithmeticPeak.measure(
            team: model.team, instructionSet: model.productInstructions)))
    }
    self.repetitions = figures
    prefillRows = timer.prefillRows
    farContext = timer.farContext
    let position = Double(KeyValueLayout.bytesPerPosition(model.configuration))
    farBytesOverNear =
      (Double(model.weightBytes()) + position * Double(timer.farContext))
      / (Double(model.weightBytes()) + position * Double(timer.context))
    decodeBytes = model.weightBytes()
    draftBytes = model.weightBytes(of: draft)
    let weights = model.checkpoint.layers.reduce(0) { $0 + $1.matrixElementCount }
    let head = model.head.outputs * model.head.inputs
    prefillOperations = 2 * Double(weights * timer.prefillRows + head)
    rowOperations = 2 * Double(weights + head)
  }
}

extension EngineBenchmark {
  /// The best read bandwidth seen, in GB/s: a limit is not a median.
  public var readBandwidth: Double { repetitions.map(\.readBandwidth).max() ?? 0 }
  /// The best arithmetic rate seen, in Gflop/s of multiply-adds as exact as 32-bit ones.
  public var peakGigaflops: Double { repetitions.map(\.peakGigaflops).max() ?? 0 }
  /// Tokens per second of plain decoding, the median.
  public var decodeTokensPerSecond: Double { 1 / median(repetitions.map(\.decodeSeconds)) }
  /// GB/s of weights that plain decoding reads, the median.
  public var decodeGigabytesPerSecond: Double { Double(decodeBytes) * decodeTokensPerSecond / 1e9 }
  /// A pass's seconds over those of one token, a ratio for each repetition that has both.
  ///
  /// - Parameter one: the seconds of the one token; after a short text if nothing else is said.
  public func ratios(
    of seconds: (Repetition) -> Double?, over one: (Repetition) -> Double? = { $0.decodeSeconds }
  ) -> [Double] {
    repetitions.compactMap { repetition in
      guard let seconds = seconds(repetition), let one = one(repetition) else { return nil }
      return seconds / one
    }
  }
  /// Time of a verification over the time of one token, by rows: for each repetition.
  public func verifyRatios(rows: Int) -> [Double] { ratios(of: { $0.verifySeconds[rows] }) }
  /// Time of a token after a long text over the time of one after a short text; none where the
  /// model's context has no room.
  public var farRatios: [Double] { ratios(of: { $0.farSeconds[1] }) }
  /// Time of a verification of 8 rows after a long text over the time of one token there.
  public var farVerifyRatios: [Double] {
    ratios(of: { $0.farSeconds[8] }, over: { $0.farSeconds[1] })
  }
  /// Time of a draft step that skips nothing over the time of one token, by the precision of all
  /// that it reads: for each repetition.
  public func stepRatios(_ precision: WeightPrecision) -> [Double] {
    ratios(of: { $0.stepSeconds[precision] })
  }
  /// `verifyRatios`' medians.
  public var verifyOverOne: [(rows: Int, ratio: Double)] {
    Self.verificationRows.compactMap { rows in
      let ratios = verifyRatios(rows: rows)
      return ratios.isEmpty ? nil : (rows, median(ratios))
    }
  }
  /// The median of `farRatios`; nil where the model's context has no room.
  public var farOverNear: Double? { farRatios.isEmpty ? nil : median(farRatios) }
  /// The median of `farVerifyRatios`; nil where the model's context has no room.
  public var farVerifyOverOne: Double? {
    farVerifyRatios.isEmpty ? nil : median(farVerifyRatios)
  }

  /// What a verification's arithmetic alone takes over the time of one token: no engine that
  /// computes in 32-bit floats can do better where this is more than 1.
  public func verifyLimit(rows: Int) -> Double {
    Double(rows) * rowOperations / (peakGigaflops * 1e9) * decodeTokensPerSecond
  }
  /// Time of a draft step over its share of the bytes of a full step's time; 1 is ideal.
  public var draftStepOverBytes: Double {
    let share = Double(draftBytes) / Double(decodeBytes)
    return median(repetitions.map { $0.draftSeconds / ($0.decodeSeconds * share) })
  }
  /// `stepRatios`' medians.
  public var stepOverFull: [(precision: WeightPrecision, ratio: Double)] {
    WeightPrecision.allCases.map { ($0, median(stepRatios($0))) }
  }
  /// Tokens per second of the prefill, the median.
  public var prefillTokensPerSecond: Double {
    Double(prefillRows) / median(repetitions.map(\.prefillSeconds))
  }
  /// 10⁹ floating-point operations per second of the prefill's matrices, the median.
  public var prefillGigaflops: Double {
    prefillOperations / median(repetitions.map(\.prefillSeconds)) / 1e9
  }
}
