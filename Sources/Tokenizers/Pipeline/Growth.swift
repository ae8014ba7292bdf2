import Files

/// How many times as long the steps of a file may make a text, together. Each may be harmless alone:
/// thirty that double it ask for all the memory there is.
struct Growth {
  private var steps = 0
  private var factor = 1

  /// Ten replacements of a digit by three characters may multiply by 3^10 as they are counted here.
  private static let largestFactor = 1 << 16
  /// What each adds may be small, but the next one reads it.
  private static let mostSteps = 1000

  /// How many bytes come of one, at most, where each occurrence of a text is replaced.
  static func factor(replacing text: ByteString, with content: ByteString) -> Int {
    let length = max(1, text.count)
    return (content.count + length - 1) / length
  }

  /// Counts a step.
  ///
  /// - Parameters:
  ///   - times: how many bytes come of one, at most.
  ///   - field: where the step stands.
  mutating func add(times: Int = 1, _ field: JSONField) throws(InputError) {
    steps += 1
    guard steps <= Self.mostSteps else {
      throw field.error("more than \(Self.mostSteps) steps one after the other")
    }
    let (product, overflows) = factor.multipliedReportingOverflow(by: max(1, times))
    guard !overflows, product <= Self.largestFactor else {
      throw field.error(
        "with the steps before it this makes text more than \(Self.largestFactor) times as long")
    }
    factor = product
  }
}
