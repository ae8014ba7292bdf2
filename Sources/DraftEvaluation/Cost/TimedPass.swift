import Inference

/// A pass of decoding that was timed, with what it ran.
struct TimedPass {
  enum Kind: Hashable {
    case plain
    /// A draft step; `isFirst` of its round.
    case draft(isFirst: Bool, DraftLoad)
    case verification(rows: Int)
  }
  var kind: Kind
  /// Positions before the first row.
  var context: Int
  var seconds: Double

  /// The passes of a generation with draft steps of some load (nil: plain decoding); seconds are
  /// divided by `drift`.
  static func passes(
    of generation: Generation, drafting load: DraftLoad?, drift: Double = 1
  ) -> [TimedPass] {
    guard let load else {
      return generation.timings.map {
        TimedPass(kind: .plain, context: $0.context, seconds: $0.verificationSeconds / drift)
      }
    }
    return generation.timings.flatMap { round in
      // The first step behind a lookup is of several rows.
      round.draftSeconds.enumerated().dropFirst(round.lookedUp > 0 ? 1 : 0).map { step, seconds in
        TimedPass(
          kind: .draft(isFirst: step == 0, load), context: round.context + round.lookedUp + step,
          seconds: seconds / drift)
      } + [
        TimedPass(
          kind: .verification(rows: round.draftSeconds.count + round.lookedUp + 1),
          context: round.context, seconds: round.verificationSeconds / drift)
      ]
    }
  }
}
