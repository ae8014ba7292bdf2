/// What one round drafted.
struct DraftingRound {
  /// Looked-up tokens first, then the model's.
  var drafts: [DraftedToken] = []
  /// How many of them were looked up.
  var lookedUp = 0
  /// When each step of the draft model ended, in seconds after the round's start.
  var stepEnds: [Double] = []
}
