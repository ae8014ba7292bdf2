import DraftEvaluation
import Inference

/// A value that is made when it is first used: what takes long to make is not made for a line that
/// turns out to be no skip set. Where that fails, the next use tries again.
struct OnFirstUse<Value> {
  private let make: (DraftModel) throws(EvaluationError) -> Value
  private var made: Value?

  /// - Parameter make: makes it, given the first draft model that it is used for.
  init(_ make: @escaping (DraftModel) throws(EvaluationError) -> Value) { self.make = make }

  /// Uses the value, which keeps what `body` changes in it.
  mutating func use<Result>(
    for model: DraftModel, _ body: (inout Value) throws(EvaluationError) -> Result
  ) throws(EvaluationError) -> Result {
    var value: Value
    if let made { value = made } else { value = try make(model) }
    defer { made = value }
    return try body(&value)
  }
}
