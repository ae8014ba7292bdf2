import Foundation

@testable import DraftEvaluation

func sample(
  _ prompt: Int, plain: Double, speculative: Double, tokens: Int = 11, repetition: Int = 0,
  drafted: Int = 10, accepted: Int = 8
) -> DecodingSample {
  DecodingSample(
    prompt: prompt, repetition: repetition, tokenCount: tokens, plainSeconds: plain,
    speculativeSeconds: speculative, draftingSeconds: speculative / 2, draftTokenCount: drafted,
    acceptedDraftTokenCount: accepted, targetModelCallCount: 3)
}
