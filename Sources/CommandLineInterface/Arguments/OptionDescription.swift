/// How an option is written and what help says about it, whatever the type of its value.
struct OptionDescription: Hashable, Sendable {
  /// Without its two dashes.
  let name: String
  /// Without its dash.
  let short: Character?
  /// What stands for the value in the help, or nil for a flag.
  var value: String?
  /// A sentence or two.
  let help: String
  /// What holds where the option is not given.
  var standard: String?
  var isRequired = false
  /// The values that it can have, or the usual ones, where these are words.
  var words: [String] = []

  /// `--model <dir>`
  var longSignature: String { "--\(name)" + (value.map { " <\($0)>" } ?? "") }

  /// `-m, --model <dir>`
  var signature: String { (short.map { "-\($0), " } ?? "") + longSignature }
}
