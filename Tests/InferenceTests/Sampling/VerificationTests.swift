import Testing

@testable import Inference

/// A way to draft one token and to verify it, right or wrong.
private struct Procedure: Sendable {
  var name: String
  /// The drafted token and the distribution that the verification is told it came from.
  var draft: @Sendable (_ q: TokenDistribution, _ uniform: Double) -> (Int, TokenDistribution)
  var verify:
    @Sendable (
      _ token: Int, _ q: TokenDistribution, _ p: TokenDistribution, _ uniforms: () -> Double
    ) -> Verification.Outcome
  /// Whether the number that accepts is the one that drafted.
  var sharesUniform = false

  /// What the engine does.
  static let engine = Procedure(
    name: "the engine's", draft: { q, u in (q.token(at: u), q) },
    verify: { token, q, p, uniforms in
      Verification.verify(token, drawnFrom: q, against: p, uniforms: uniforms)
    })

  /// What the engine does with a token that was looked up: always the same, here.
  static let lookup = Procedure(
    name: "the engine's of a looked-up token", draft: { q, _ in (0, q) },
    verify: { token, _, p, uniforms in
      Verification.verify(certain: token, against: p, uniforms: uniforms)
    })

  /// Rules found in other implementations, or easily made, each not lossless.
  static let wrong = [
    Procedure(
      name: "a looked-up token told to come from the draft's softmax", draft: lookup.draft,
      verify: engine.verify),
    Procedure(
      name: "a rejected looked-up token replaced from p itself", draft: lookup.draft,
      verify: { token, _, p, uniforms in
        uniforms() < p.probability(of: token)
          ? .accepted : .replaced(by: p.token(at: uniforms()))
      }),
    Procedure(
      name: "a short head's token told to come from all tokens",
      draft: { q, u in
        let few = q.weights.enumerated().map { $0.offset < 2 ? $0.element : 0 }
        return (TokenDistribution(weights: few).token(at: u), q)
      },
      verify: engine.verify),
    Procedure(
      name: "a rejected token drawn again from p itself", draft: engine.draft,
      verify: { token, q, p, uniforms in
        uniforms() * q.probability(of: token) < p.probability(of: token)
          ? .accepted : .replaced(by: p.token(at: uniforms()))
      }),
    Procedure(
      name: "an argmax draft told to come from the softmax",
      draft: { q, _ in (q.weights.indices.max { q.weights[$0] < q.weights[$1] } ?? 0, q) },
      verify: engine.verify),
    Procedure(
      name: "accepted by the number that drafted", draft: engine.draft, verify: engine.verify,
      sharesUniform: true),
    Procedure(
      name: "accepted wherever p allows the token", draft: engine.draft,
      verify: { token, _, p, uniforms in
        p.probability(of: token) > 0 ? .accepted : .replaced(by: p.token(at: uniforms()))
      }),
  ]

  /// How often each token comes out of `draws` draws.
  func counts(p: TokenDistribution, q: TokenDistribution, draws: Int, seed: UInt64) -> [Int] {
    var drafting = RandomNumbers(seed: seed, stream: 1)
    var deciding = RandomNumbers(seed: seed, stream: 0)
    var counts = [Int](repeating: 0, count: p.weights.count)
    for _ in 0..<draws {
      let u = drafting.uniform()
      let (token, distribution) = draft(q, u)
      var first = sharesUniform
      let outcome = verify(token, distribution, p) {
        defer { first = false }
        return first ? u : deciding.uniform()
      }
      switch outcome {
      case .accepted: counts[token] += 1
      case .replaced(let other): counts[other] += 1
      }
    }
    return counts
  }
}

@Suite("The verification of a sampled draft")
struct VerificationTests {
  private static let pairs: [(p: [Float], q: [Float])] = [
    ([0.5, 0.5], [0.9, 0.1]),
    ([0.4, 0.3, 0.2, 0.1], [0.1, 0.2, 0.3, 0.4]),
    ([0.7, 0.2, 0.1, 0], [0.3, 0, 0.3, 0.4]),
    ([0.25, 0.25, 0.25, 0.25], [0.97, 0.01, 0.01, 0.01]),
  ]
  private static let draws = 400_000

  @Test("gives each token the full model's probability, to one part in 10⁶")
  func exactDistribution() {
    var random = TestRandom(6)
    for _ in 0..<200 {
      let p = TokenDistribution(weights: random.floats(6, 0...1).map { $0 < 0.2 ? 0 : $0 })
      let q = TokenDistribution(weights: random.floats(6, 0...1).map { $0 < 0.2 ? 0 : $0 })
      guard p.total > 0, q.total > 0 else { continue }
      var output = [Double](repeating: 0, count: 6)
      for token in 0..<6 where q.probability(of: token) > 0 {
        // Acceptance is a threshold on the uniform number: find it by bisection.
        var low = 0.0
        var high = 1.0
        func accepts(_ u: Double) -> Bool {
          Verification.verify(token, drawnFrom: q, against: p, uniforms: { u }) == .accepted
        }
        if accepts(1.0.nextDown) {
          low = 1
        } else {
          for _ in 0..<50 {
            let middle = (low + high) / 2
            if accepts(middle) { low = middle } else { high = middle }
          }
        }
        output[token] += q.probability(of: token) * low
        let residual = p.residual(without: q)
        for other in 0..<6 {
          output[other] += q.probability(of: token) * (1 - low) * residual.probability(of: other)
        }
      }
      for token in 0..<6 { #expect(abs(output[token] - p.probability(of: token)) < 1e-6) }
    }
  }

  @Test("passes a chi-square test against the full model's distribution")
  func chiSquare() {
    for procedure in [Procedure.engine, .lookup] {
      for (index, pair) in Self.pairs.enumerated() {
        let p = TokenDistribution(weights: pair.p)
        let counts = procedure.counts(
          p: p, q: TokenDistribution(weights: pair.q), draws: Self.draws, seed: UInt64(index))
        let probabilities = pair.p.indices.map { p.probability(of: $0) }
        #expect(
          chiSquareDeviation(counts: counts, probabilities: probabilities) < 4,
          "\(procedure.name)")
      }
    }
  }

  @Test("the same test catches each rule known to be wrong")
  func negativeControls() {
    for procedure in Procedure.wrong {
      let deviations = Self.pairs.map { pair in
        let p = TokenDistribution(weights: pair.p)
        return chiSquareDeviation(
          counts: procedure.counts(
            p: p, q: TokenDistribution(weights: pair.q), draws: Self.draws, seed: 1),
          probabilities: pair.p.indices.map { p.probability(of: $0) })
      }
      #expect((deviations.max() ?? 0) > 6, "\(procedure.name) went unnoticed")
    }
  }

  @Test("the same test notices an error of one per cent")
  func power() {
    let p = TokenDistribution(weights: [0.5, 0.5])
    let counts = Procedure.engine.counts(p: p, q: p, draws: Self.draws, seed: 3)
    #expect(chiSquareDeviation(counts: counts, probabilities: [0.505, 0.495]) > 5)
  }

  @Test("a looked-up token is accepted with its probability, and replaced by the others' shares")
  func lookedUp() {
    var random = TestRandom(16)
    for _ in 0..<200 {
      let p = TokenDistribution(weights: random.floats(6, 0...1).map { $0 < 0.3 ? 0 : $0 })
      guard p.total > 0 else { continue }
      for token in 0..<6 {
        let probability = p.probability(of: token)
        func outcome(_ uniforms: [Double]) -> Verification.Outcome {
          var rest = uniforms[...]
          return Verification.verify(
            certain: token, against: p, uniforms: { rest.popFirst() ?? .nan })
        }
        if probability > 0 { #expect(outcome([probability.nextDown]) == .accepted) }
        guard probability < 1 else { continue }
        let rest = 1 - probability
        var below = 0.0
        for other in 0..<6 where other != token && p.probability(of: other) > 0 {
          let share = p.probability(of: other) / rest
          #expect(outcome([probability, below + share / 2]) == .replaced(by: other))
          below += share
        }
        #expect(abs(below - 1) < 1e-6)
      }
    }
    // Certain of the token up to rounding: then p itself replaces it.
    let certain = TokenDistribution(weights: [0, 1, 0])
    #expect(
      Verification.verify(certain: 1, against: certain, uniforms: { 1 }) == .replaced(by: 1))
  }

  @Test("a draft from the full model's own distribution is always accepted")
  func identicalDistributions() {
    let p = TokenDistribution(weights: [0.1, 0.2, 0.7])
    for token in 0..<3 {
      #expect(
        Verification.verify(token, drawnFrom: p, against: p, uniforms: { 1.0.nextDown })
          == .accepted)
    }
  }
}
