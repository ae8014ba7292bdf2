import Files
import Inference
import Testing

@testable import DraftEvaluation

@Suite("Agreement of replay and decoding")
struct AgreementTests {
  private func evaluation(_ samples: [DecodingSample]) -> Evaluation {
    Evaluation(
      draft: Draft(model: .full, stop: StopRule()), samples: samples, seconds: 1)
  }

  private func samples(
    _ prompts: Range<Int>, speedup: Double, drafted: Int = 10, accepted: Int = 8
  ) -> [DecodingSample] {
    prompts.map {
      sample($0, plain: 1, speculative: 1 / speedup, drafted: drafted, accepted: accepted)
    }
  }

  @Test("equal counts and times agree")
  func equal() {
    let both = evaluation(samples(0..<5, speedup: 1.5))
    let agreement = Agreement(replayed: both, decoded: both)
    #expect(agreement.differing.isEmpty && agreement.isClose && agreement.ratio == 1)
    // All prompts alike: no standard error.
    #expect(abs(agreement.tolerance - 0.05) < 1e-9)
  }

  @Test("prompts whose drafts, accepted drafts or rounds differ are named, in order")
  func counts() {
    let replayed = samples(0..<6, speedup: 1.5)
    var decoded = replayed
    decoded[4].draftTokenCount += 1
    decoded[1].acceptedDraftTokenCount -= 1
    decoded[3].targetModelCallCount += 1
    let agreement = Agreement(replayed: evaluation(replayed), decoded: evaluation(decoded))
    #expect(agreement.differing == [1, 3, 4])
    #expect(agreement.isClose)
    #expect(agreement.json.compact.contains(#""counts": false"#))
  }

  @Test("a repetition that differs names its prompt once")
  func repetitions() {
    let replayed = samples(0..<3, speedup: 1.5)
    var decoded = replayed + replayed
    for index in [1, 4] { decoded[index].draftTokenCount += 2 }
    let agreement = Agreement(replayed: evaluation(replayed), decoded: evaluation(decoded))
    #expect(agreement.differing == [1])
  }

  @Test("only prompts of both count, and answers of one token do not")
  func common() {
    let replayed = samples(0..<8, speedup: 1.5)
    var decoded = samples(2..<6, speedup: 1.53)
    decoded.append(sample(40, plain: 1, speculative: 100))
    // The replay knows nothing of an answer that ends at once; nor can its time tell anything.
    decoded.append(sample(7, plain: 1, speculative: 50, tokens: 1, drafted: 99))
    let agreement = Agreement(replayed: evaluation(replayed), decoded: evaluation(decoded))
    #expect(agreement.differing.isEmpty)
    #expect(abs((agreement.ratio ?? 0) - 1.02) < 1e-9)
    let disjoint = Agreement(
      replayed: evaluation(samples(0..<3, speedup: 1)),
      decoded: evaluation(samples(5..<8, speedup: 2)))
    #expect(disjoint.ratio == nil && disjoint.isClose && disjoint.differing.isEmpty)
  }

  @Test("times may differ by 5% and by two standard errors of the decoding")
  func tolerance() throws {
    let replayed = evaluation(samples(0..<4, speedup: 1.5))
    for (speedup, isClose) in [(1.56, true), (1.59, false), (1.44, true), (1.41, false)] {
      let decoded = evaluation(samples(0..<4, speedup: speedup))
      #expect(Agreement(replayed: replayed, decoded: decoded).isClose == isClose)
    }
    // A noisy decoding may lie further off.
    let noisy = zip(0..<4, [1.2, 1.9, 1.5, 2.0]).map {
      sample($0.0, plain: 1, speculative: 1 / $0.1)
    }
    let agreement = Agreement(replayed: replayed, decoded: evaluation(noisy))
    let deviation = try #require(SpeedupEstimate(noisy)?.variance).squareRoot()
    #expect(deviation > 0.05)
    #expect(abs(agreement.tolerance - 0.05 - 2 * deviation) < 1e-12)
    #expect(agreement.isClose)
  }
}
