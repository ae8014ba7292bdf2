import DraftEvaluation
import Inference
import StudyTestSupport
import Testing

@testable import SkipSearch

@Suite("What a draft's ingredients give")
struct AblationTests {
  private let lookup = LookupRule(least: 2, maximum: 6)

  private func names(of best: Draft, lookup: LookupRule?) -> [Ablation.Name: Draft] {
    var alone = best
    alone.stop.lookup = nil
    return Ablation.Name.allCases.reduce(into: [:]) { drafts, name in
      drafts[name] = name.draft(of: best, lookup: lookup, withoutLookup: alone)
    }
  }

  @Test("a draft with everything has one without each, and each alone")
  func everything() {
    let best = Draft.joint
    let drafts = names(of: best, lookup: lookup)
    #expect(Set(drafts.keys) == Set(Ablation.Name.allCases))
    #expect(Set(drafts.values).count == 6 && !drafts.values.contains(best))
    #expect(drafts[.lookupAlone] == Draft(model: .full, stop: .lookupAlone(lookup)))
    let skipping = drafts[.skippingAlone]
    #expect(skipping?.model == DraftModel(skip: best.model.skip) && skipping?.stop.lookup == nil)
    let precision = drafts[.precisionAlone]
    #expect(precision?.model.skip == SkipSet.none && precision?.stop.lookup == nil)
    #expect(precision?.model.weights.attention(2) == .eightBits)
    #expect(precision?.model.head == DraftHead(precision: .fourBits))
    #expect(drafts[.withoutLookup]?.model == best.model)
    #expect(drafts[.withoutShortHead]?.model.head.vocabulary == nil)
    #expect(drafts[.withoutShortHead]?.stop == best.stop)
    #expect(drafts[.withoutSkipping]?.model.head == best.model.head)
  }

  @Test("there is none of an ingredient that is missing, and none that is the draft itself")
  func missing() {
    let rule = StopRule(maximum: 4, criterion: .fixed)
    let skip = SkipSet(attention: [1], mlp: [])
    let four = DraftWeights.uniform(.fourBits)
    let skipping = Draft(model: DraftModel(skip: skip), stop: rule)
    #expect(names(of: skipping, lookup: nil).isEmpty)
    let precision = Draft(model: DraftModel(skip: .none, weights: four), stop: rule)
    #expect(names(of: precision, lookup: nil).isEmpty)
    #expect(Set(names(of: precision, lookup: lookup).keys) == [.lookupAlone])
    let alone = Draft(model: .full, stop: .lookupAlone(lookup))
    #expect(names(of: alone, lookup: lookup).isEmpty)
    var looking = precision
    looking.stop.lookup = lookup
    #expect(
      Set(names(of: looking, lookup: lookup).keys) == [
        .lookupAlone, .precisionAlone, .withoutLookup,
      ])
  }
}
