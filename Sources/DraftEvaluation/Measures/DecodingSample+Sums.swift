extension [DecodingSample] {
  /// Different prompts measured.
  var promptCount: Int { Set(map(\.prompt)).count }
  /// Tokens drafted.
  var draftTokenCount: Int { reduce(0) { $0 + $1.draftTokenCount } }
  /// Drafted tokens that the full model accepted.
  var acceptedDraftTokenCount: Int { reduce(0) { $0 + $1.acceptedDraftTokenCount } }

  /// Accepted over drafted tokens, over all prompts; nil where nothing was drafted.
  var acceptanceRate: Double? {
    let drafted = draftTokenCount
    return drafted == 0 ? nil : Double(acceptedDraftTokenCount) / Double(drafted)
  }
}
