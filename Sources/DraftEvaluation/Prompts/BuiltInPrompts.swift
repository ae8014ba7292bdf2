/// The calibration set that comes with the project, written for it: 24 prompts of each of four
/// kinds, because drafts that pay on one may not pay on another. A chat model answers them in its
/// own words and ends; a base model continues `Question: …\nAnswer:`. Greedy continuations of
/// stories fall into loops, which makes drafting trivially right: there are none here.
public enum BuiltInPrompts {
  /// All prompts. The kinds take turns, so that any prefix, strides of two, three, five, six and
  /// more, and both parts of a `CalibrationSplit` are fair samples; and each quarter begins with
  /// another kind, so that an even choice of 8, 12, 24 or 48 is one too.
  public static let set: PromptSet = {
    // Every second edit is of code: these take turns as well.
    let edits = zip(codeEdits, textEdits).flatMap { [$0, $1] }
    let kinds = [
      ("word problem", wordProblems), ("instruction", instructions), ("edit", edits),
      ("summary", summaries),
    ]
    let count = wordProblems.count
    precondition(count % 4 == 0 && kinds.allSatisfy { $0.1.count == count }, "alike in number")
    let prompts = (0..<4 * count).map { index in
      let quarter = index / count
      let (kind, texts) = kinds[(index + [0, 1, 3, 2][quarter]) % 4]
      return Prompt.question(texts[index / 4], kind: kind)
    }
    var set = PromptSet(source: "built-in", prompts: prompts)
    set.leavesOutLongPrompts = true
    return set
  }()
}
