import Inference

/// The end of an output that repeats itself: a loop, in which drafting is trivially right.
public struct RepetitiveTail: Hashable, Sendable {
  /// The length in tokens of what is repeated.
  public let period: Int
  /// Tokens of the output that belong to the loop.
  public let length: Int

  /// The longest period looked for.
  public static let longestPeriod = 16

  /// Finds the loop that a continuation ends in; its end of text does not count.
  init?(of ids: [Int], _ finish: Generation.Finish) {
    self.init(finish == .endOfText ? Array(ids.dropLast()) : ids)
  }

  /// Finds the shortest period p ≤ 16 of which the output ends in at least three repetitions that
  /// cover at least a third of the output and eight tokens (a row of zeros in a number is no loop).
  ///
  /// - Parameter ids: the emitted tokens, without a final end-of-text token.
  public init?(_ ids: [Int]) {
    for period in 1...Self.longestPeriod {
      guard period < ids.count else { return nil }
      var matches = 0
      var index = ids.count - 1
      while index >= period, ids[index] == ids[index - period] {
        matches += 1
        index -= 1
      }
      let length = matches + period
      if length >= max(3 * period, 8), 3 * length >= ids.count {
        self.period = period
        self.length = length
        return
      }
    }
    return nil
  }
}
