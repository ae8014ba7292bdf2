import DraftEvaluation
import Foundation

/// How two searches compare, in a sentence and a small table.
struct ComparisonSection {
  let first: Panel
  let second: Panel

  var markup: Markup {
    element("section", ["class": "comparison", "aria-labelledby": "comparison-heading"]) {
      element("h1", ["id": "comparison-heading"]) { heading }
      element("p", ["class": "meaning"]) { sentence }
    }
  }

  private var heading: Markup {
    element("bdi") { first.data.name } + .text(" beside ") + element("bdi") { second.data.name }
  }

  var sentence: String {
    guard let one = first.data.answer.best?.decisive.speedup,
      let other = second.data.answer.best?.decisive.speedup
    else { return "One of the two has no draft yet, so that there is nothing to compare." }
    let change = other.logarithm - one.logarithm
    let half =
      one.variance.flatMap { a in other.variance.map { b in 1.96 * (a + b).squareRoot() } }
    let interval =
      half.map { " (95%: \(fixed(exp(change - $0), 2))–\(fixed(exp(change + $0), 2)))" } ?? ""
    return
      "B’s speedup is \(times(exp(change))) A’s\(interval), each over plain decoding of its own "
      + "model. " + caution
  }

  /// What else differs.
  private var caution: String {
    let (a, b) = (first.data.subject, second.data.subject)
    var differences: [String] = []
    if a.model.fingerprint != b.model.fingerprint { differences.append("models") }
    if a.calibration.fingerprint != b.calibration.fingerprint { differences.append("prompts") }
    if a.machine.cpu != b.machine.cpu || a.machine.threads != b.machine.threads {
      differences.append("machines")
    }
    return differences.isEmpty
      ? "Model, prompts and machine are the same; their states at two times are not."
      : "Not the same: \(differences.joined(separator: ", "))."
  }
}
