/// A round of a replay on its way: its draft model's steps are followed one by one.
struct FollowedRound {
  /// Which of the records it makes.
  let number: Int
  let position: DraftReplayer.Position
  /// Where its entries are.
  let slot: Int
  /// The tokens of its next step: the last verified one and what was looked up behind it, then its
  /// own drafts one by one.
  private(set) var tokens: [Int]
  private(set) var record: DraftRecord
  /// Tokens that were looked up before the draft model's first.
  private let lookedUp: Int
  /// The most steps.
  private let steps: Int
  /// Whether it is followed after a wrong draft.
  private var isConfident = true

  /// A round that begins after a verified token.
  ///
  /// - Parameter lookup: what the draft model drafts behind; nil for nothing.
  init(
    number: Int, position: DraftReplayer.Position, slot: Int, after token: Int,
    record: DraftRecord, behind lookup: LookupRule?, draftMaximum: Int
  ) {
    self.number = number
    self.position = position
    self.slot = slot
    self.record = record
    lookedUp = lookup.map { record.lookup.draftCount($0, upTo: record.limit) } ?? 0
    let ends = record.lookup.endsText(after: lookedUp)
    steps = ends ? 0 : min(draftMaximum, record.limit - lookedUp)
    tokens = [token] + record.lookup.tokens.prefix(lookedUp)
  }

  /// Whether no further step says anything.
  var isOver: Bool {
    let taken = record.confidences.count
    return taken == steps || record.endsText || !isRight && !isConfident
  }

  /// Whether all drafts so far agree with the continuation.
  private var isRight: Bool {
    record.lookup.matched >= lookedUp && record.matched == record.confidences.count
  }

  /// How far behind the round's start the first of `tokens` stands.
  var offset: Int {
    record.confidences.isEmpty ? 0 : lookedUp + record.confidences.count
  }

  /// Notes a step's token.
  ///
  /// - Parameter least: the confidence below which it is not followed after a wrong draft; nil where
  ///   it is followed to the end.
  mutating func add(_ token: Int, confidence: Double, along text: GreedyText, least: Double?) {
    let next = position.index + lookedUp + record.confidences.count + 1
    if isRight, token == text.ids[next] { record.matched += 1 }
    record.confidences.append(confidence)
    record.endsText = text.endOfText.contains(token)
    tokens = [token]
    if let least, confidence < least { isConfident = false }
  }
}
