/// What happens where a text grows beyond a length from which on all of it is rotated differently
/// (LongRoPE): the cache is made anew, once, as Hugging Face's Phi-3 does. So each token is what one
/// pass over all tokens before it says, whatever the prompt's length was.
///
/// No round of drafting reaches over that length: its verification would need both.
extension Generator {
  /// The most positions that a text may have before its cache must be made anew, or that there are.
  ///
  /// - Parameters:
  ///   - count: tokens of the text that are in the cache.
  ///   - promptLength: of these, those of the prompt.
  func segmentEnd(_ count: Int, promptLength: Int) -> Int {
    guard let longest = model.configuration.longestUnstretchedText, promptLength <= longest,
      count < longest, longest < capacity
    else { return capacity }
    return longest
  }

  /// Makes the cache anew where the text's next token needs that.
  ///
  /// - Parameter prompt: what the emitted tokens follow.
  func stretchIfNeeded(_ prompt: [Int], _ state: GenerationState) {
    let count = runner.cache.count
    guard let longest = model.configuration.longestUnstretchedText, count >= longest,
      runner.promptLength <= longest
    else { return }
    runner.begin(promptLength: count + 1)
    _ = runner.append((prompt + state.ids).prefix(count))
  }
}
