/// A text that is being decoded beside others.
final class TextOnItsWay {
  /// Which of the prompts it continues.
  let number: Int
  private let prompt: [Int]
  private(set) var state: GenerationState
  /// What went wrong; nil for nothing.
  var failure: GenerationError?
  /// The most positions.
  private let capacity: Int
  /// Of the prompt and of all that was emitted but the last.
  private(set) var cache: KVCache

  init(
    number: Int, prompt: [Int], maximumTokens: Int, capacity: Int, endOfText: Set<Int>,
    cache: consuming KVCache
  ) {
    self.number = number
    self.prompt = prompt
    self.capacity = capacity
    self.cache = cache
    state = GenerationState(
      maximum: maximumTokens, endOfText: endOfText, promptTokens: prompt.count)
  }

  var isOver: Bool { state.finish != nil || failure != nil }

  /// Where the token emitted last goes.
  var placement: RowPlacement {
    RowPlacement(
      position: cache.count, promptLength: prompt.count, cache: cache.view, own: nil)
  }

  /// Emits a token.
  func emit(_ token: Int) {
    state.emit([token]) { _ in true }
    if state.finish == nil, cache.count == capacity { state.finish = .contextFull }
  }

  /// Emits a token, the one before having got its entries.
  func append(_ token: Int) {
    cache.extend(to: cache.count + 1)
    emit(token)
  }

  /// What was decoded.
  var text: GreedyText {
    GreedyText(
      prompt: prompt, ids: state.ids, finish: state.finish ?? .length,
      maximumTokens: state.maximum, capacity: capacity, endOfText: state.endOfText)
  }
}
