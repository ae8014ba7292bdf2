import EvaluationTestSupport
import Inference
import TestSupport

@testable import DraftEvaluation

/// Records drawn from a known distribution.
struct RoundProcess: Sendable {
  /// The draft's confidence in its next token, and the probability that the token is right.
  var step: @Sendable (inout SplitMix64) -> (confidence: Double, acceptance: Double)
  var maximum = 10

  /// Tokens are right with one probability; confidences know nothing of it.
  static func noise(acceptance: Double) -> RoundProcess {
    RoundProcess { random in (Double.random(in: 0...1, using: &random), acceptance) }
  }

  /// Confidences are the probability itself: mostly high, sometimes low.
  static let honest = RoundProcess { random in
    let confidence =
      Double.random(in: 0..<1, using: &random) < 0.7
      ? Double.random(in: 0.9...1, using: &random) : Double.random(in: 0.05...0.6, using: &random)
    return (confidence, confidence)
  }

  func record(_ random: inout SplitMix64) -> DraftRecord {
    var matched = 0
    var confidences: [Double] = []
    for drafted in 0..<maximum {
      let (confidence, acceptance) = step(&random)
      confidences.append(confidence)
      if matched == drafted, Double.random(in: 0..<1, using: &random) < acceptance { matched += 1 }
    }
    return DraftRecord(matched: matched, confidences: confidences, limit: maximum)
  }

  func prompts(_ count: Int, positions: Int, seed: UInt64) -> [RecordedRounds] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { prompt in
      RecordedRounds(
        prompt: prompt,
        records: (0..<positions).map { position in
          RecordedRounds.Record(draft: record(&random), context: position, remaining: 1000)
        })
    }
  }
}

func costs(draft: Double, row: Double) -> RoundCosts {
  CostModel.simple(draft: draft, row: row).costs(of: .full)
}

/// The speedup of a rule on prompts, by a loop of its own: every record a round.
func worth(
  _ prompts: [RecordedRounds], _ rule: StopRule, draft: Double, row: Double
) -> Double {
  var emitted = 0.0
  var seconds = 0.0
  for record in prompts.flatMap(\.records) {
    var drafted = 0
    var product = 1.0
    search: while drafted < min(rule.maximum, record.draft.confidences.count) {
      let confidence = record.draft.confidences[drafted]
      product *= confidence
      drafted += 1
      switch rule.criterion {
      case .fixed, .adaptive: break
      case .confidence(let threshold): if confidence < threshold { break search }
      case .calibrated(let rule):
        guard drafted <= rule.thresholds.count, product >= rule.thresholds[drafted - 1] else {
          break search
        }
      }
    }
    emitted += Double(min(drafted, record.draft.matched) + 1)
    seconds += Double(drafted) * draft + 1 + Double(drafted) * row
  }
  return emitted / seconds
}
