import DraftEvaluation

/// `--evaluator-command` and `--evaluator-timeout`: a model in another process.
struct EvaluatorOptions {
  let command: String
  /// Seconds.
  let timeout: Double

  static let command = Option(
    "evaluator-command", value: "command", .text,
    "Search for the model of another program, which measures drafts, instead of --model: it is "
      + "run by /bin/sh and answers lines of JSON. Experiments/transformers has the protocol, and "
      + "an evaluator for any model of Hugging Face's transformers.")
  static let timeout = Option(
    "evaluator-timeout", value: "time", .duration, default: 600, shownAs: "10m",
    "How long that program may take to answer; then it is started again, once.")
  static let all: [any OptionDeclaration] = [command, timeout]

  /// Nil where the model is this program's own.
  init?(_ arguments: Arguments) throws(UsageError) {
    let timeout = try arguments[Self.timeout]
    guard let command = try arguments[Self.command] else {
      guard arguments.text(of: Self.timeout.description) == nil else {
        throw arguments.error("--evaluator-timeout has no meaning without --evaluator-command")
      }
      return nil
    }
    guard command.contains(where: { !$0.isWhitespace }) else {
      throw arguments.error("--evaluator-command is empty: there is nothing to run")
    }
    guard arguments.text(of: ModelOptions.model.description) == nil else {
      throw arguments.error(
        "The options --model and --evaluator-command exclude each other: the evaluator has a model")
    }
    self.command = command
    self.timeout = timeout
  }
}
