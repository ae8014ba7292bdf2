import DraftEvaluation

/// A value that is made when it is first used: what takes long to make is not made for a line that
/// turns out to be no skip set. Where that fails, the next use tries again.
struct OnFirstUse<Value> {
  private let make: () throws(EvaluationError) -> Value
  private var made: Value?

  init(_ make: @escaping () throws(EvaluationError) -> Value) { self.make = make }

  /// Uses the value, which keeps what `body` changes in it.
  mutating func use<Result>(
    _ body: (inout Value) throws(EvaluationError) -> Result
  ) throws(EvaluationError) -> Result {
    var value: Value
    if let made { value = made } else { value = try make() }
    defer { made = value }
    return try body(&value)
  }
}
