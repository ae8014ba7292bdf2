import DraftEvaluation

/// A value that is made when it is first used, and again when a draft needs more than it has: what
/// takes long to make is not made for a line that turns out to be no skip set. Where that fails, the
/// next use tries again.
struct OnFirstUse<Value> {
  private let make: (ReplayNeeds) throws(EvaluationError) -> Value
  private var made: (value: Value, needs: ReplayNeeds)?

  /// - Parameter make: makes it, given what it is needed for.
  init(_ make: @escaping (ReplayNeeds) throws(EvaluationError) -> Value) { self.make = make }

  /// Uses the value, which keeps what `body` changes in it.
  mutating func use<Result>(
    for needs: ReplayNeeds, _ body: (inout Value) throws(EvaluationError) -> Result
  ) throws(EvaluationError) -> Result {
    var value: Value
    var all = needs
    if let made, made.needs.covers(needs) {
      (value, all) = made
    } else {
      all = made?.needs.joined(with: needs) ?? needs
      value = try make(all)
    }
    defer { made = (value, all) }
    return try body(&value)
  }
}
