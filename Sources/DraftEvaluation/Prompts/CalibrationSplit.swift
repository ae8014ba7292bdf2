import Files
import Statistics

/// Which prompts a search decodes for every trial, and which it keeps back to measure the best sets
/// again. Every third prompt is kept back; of the others, an even choice is used.
public struct CalibrationSplit: Hashable, Sendable {
  /// Prompts of the search.
  public let calibration: [EncodedPrompt]
  /// Prompts that the search never sees.
  public let heldOut: [EncodedPrompt]
  /// Whether `heldOut` repeats the calibration prompts, because there are too few to keep some
  /// back.
  public let sharesPrompts: Bool

  /// Splits prompts.
  ///
  /// - Parameters:
  ///   - prompts: at least one.
  ///   - count: the most prompts of the search; at least 1.
  public init(_ prompts: [EncodedPrompt], calibrationCount count: Int) {
    precondition(!prompts.isEmpty && count >= 1)
    let kept = prompts.enumerated().filter { $0.offset % 3 == 2 }.map(\.element)
    let others = prompts.enumerated().filter { $0.offset % 3 != 2 }.map(\.element)
    calibration = others.evenChoice(of: count)
    sharesPrompts = kept.isEmpty
    heldOut = kept.isEmpty ? calibration : kept
  }

  /// Identifies the token ids of both parts: 16 hexadecimal digits (FNV-1a). Measurements with
  /// different fingerprints are not of the same prompts.
  public var fingerprint: String {
    var hash = FNV1a()
    func add(_ number: Int) {
      withUnsafeBytes(of: Int64(number).littleEndian) { hash.add($0) }
    }
    for part in [calibration, heldOut] {
      add(part.count)
      for prompt in part {
        add(prompt.ids.count)
        prompt.ids.forEach(add)
      }
    }
    return hash.digits
  }
}
