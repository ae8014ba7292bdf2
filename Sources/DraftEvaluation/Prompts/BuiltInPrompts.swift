/// The calibration set that comes with the project: 48 word problems and 16 short instructions,
/// written for it. A chat model answers them in its own words and ends; a base model continues
/// `Question: …\nAnswer:`. Greedy continuations of stories fall into loops, which makes drafting
/// trivially right: there are none here.
public enum BuiltInPrompts {
  /// All prompts. Every fourth is an instruction, so that any prefix and any stride that is not a
  /// multiple of four is a fair sample.
  public static let set: PromptSet = {
    let problems = paragraphs(wordProblems)
    let tasks = paragraphs(instructions)
    precondition(problems.count == 3 * tasks.count, "three problems for each instruction")
    let texts = tasks.indices.flatMap { problems[3 * $0..<3 * $0 + 3] + [tasks[$0]] }
    return PromptSet(source: "built-in", prompts: texts.map(Prompt.question))
  }()

  /// Texts separated by blank lines; line breaks within one are spaces.
  private static func paragraphs(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .split(separator: "")
      .map { $0.joined(separator: " ") }
  }
}
