import Inference

/// `attention 0–2, 7; MLP 3`
package func list(_ set: SkipSet) -> String {
  [("attention", set.attention), ("MLP", set.mlp)].filter { !$0.1.isEmpty }
    .map { "\($0.0) \(ranges($0.1))" }.joined(separator: "; ")
}

/// Ascending numbers as `0–3, 7, 9–11`.
func ranges(_ numbers: [Int]) -> String {
  var runs: [ClosedRange<Int>] = []
  for number in numbers {
    if let last = runs.last, last.upperBound + 1 == number {
      runs[runs.count - 1] = last.lowerBound...number
    } else {
      runs.append(number...number)
    }
  }
  return runs.map {
    $0.lowerBound == $0.upperBound ? "\($0.lowerBound)" : "\($0.lowerBound)–\($0.upperBound)"
  }.joined(separator: ", ")
}
