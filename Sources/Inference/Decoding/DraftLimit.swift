extension StopRule {
  /// The most drafts of any round: the verification of n drafts is a pass of n + 1 rows.
  public static let largestMaximum = Workspace.maximumRows - 1
}

extension Generator {
  /// The most tokens that are worth drafting in a round, whatever its stop rule. The verification
  /// emits one token more than it accepts, and takes a position for the last emitted token:
  /// drafting beyond either would be thrown away.
  ///
  /// - Parameters:
  ///   - remaining: tokens that may still be emitted.
  ///   - room: positions that the cache still has.
  static func draftLimit(remaining: Int, room: Int) -> Int {
    max(0, min(remaining - 1, room - 1, StopRule.largestMaximum))
  }
}
