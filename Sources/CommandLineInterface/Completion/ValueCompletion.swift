/// What a shell completes a value with.
enum ValueCompletion: Hashable {
  /// Nothing is known of it.
  case unknown
  case words([String])
  case files
  case directories
  /// Directories, and GGUF files.
  case models

  /// By what stands for the value in the help: `<file>`, `<dir>`, `<path>` (of a model), `<study>`
  /// (a directory or a journal), or the words themselves, as in `<bash|zsh|fish>`.
  init(placeholder: String) {
    switch placeholder {
    case "file", "study": self = .files
    case "dir": self = .directories
    case "path": self = .models
    default:
      let words = placeholder.split(separator: "|").map(String.init)
      self = words.count > 1 ? .words(words) : .unknown
    }
  }
}

extension OptionDescription {
  /// What its value is completed with; nil for a flag.
  var completion: ValueCompletion? {
    guard let value else { return nil }
    return words.isEmpty ? ValueCompletion(placeholder: value) : .words(words)
  }

  /// `-m` and `--model`.
  var spellings: [String] { (short.map { ["-\($0)"] } ?? []) + ["--\(name)"] }

  /// The help's first phrase, for a list.
  var phrase: String { firstPhrase(of: help) }
}

extension CommandDescription {
  /// What its words without an option's name are completed with; nil where it takes none.
  var positionalCompletion: ValueCompletion? {
    positional.map { ValueCompletion(placeholder: $0.name) }
  }

  /// The summary's first phrase, for a list.
  var phrase: String { firstPhrase(of: summary) }
}

/// A text up to the first sign that ends a sentence or begins an aside.
private func firstPhrase(of text: String) -> String {
  let end = [". ", "; ", ": ", " ("].compactMap { text.firstRange(of: $0)?.lowerBound }.min()
  let phrase = text[..<(end ?? text.endIndex)]
  return String(phrase.last == "." ? phrase.dropLast() : phrase)
}
