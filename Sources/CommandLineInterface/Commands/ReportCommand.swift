import Files
import Report
import SkipSearch

/// `skip-search report`: a page of one search, or of two side by side.
struct ReportCommand: Command {
  static let description = CommandDescription(
    "report", "Make a page to look at of a search, or of two side by side.",
    discussion: """
      One HTML file that loads nothing: the speedup found and what each ingredient gives, how the \
      search went, the layers, acceptance against cost, expected and measured, rounds, held-out \
      prompts by kind, all trials, settings. A search makes it beside its result; of a journal it \
      shows what is known so far.
      """,
    options: [output, figure],
    positional: (
      name: "file", most: 2,
      help: "A result (.json), the journal (.jsonl) of a search that runs or was interrupted, or a "
        + "study's directory."
    ),
    examples: [
      CommandExample(
        "Make the page of a result, and its key figure",
        "skip-search report results/SmolLM2.json --svg figure.svg"),
      CommandExample(
        "Look at a search while it runs",
        "skip-search report results/SmolLM2.jsonl --output now.html"),
      CommandExample(
        "Compare two searches",
        "skip-search report before.json after.json --output compared.html"),
    ])

  static let output = Option(
    "output", "o", value: "file", .text,
    otherwise: "beside the first file, by its name; with two files compared.html there",
    "Where the page goes.")
  static let figure = Option(
    "svg", value: "file", .text,
    "Write the key figure too, a picture for a README: of the first file, light and dark.")

  /// What to read; as it was given where `found` says that it is not there.
  let files: [String]
  private let found: Result<[String], InputError>
  let output: String
  let figure: String?

  init(_ arguments: Arguments) throws(UsageError) {
    let paths = arguments.positionals
    found = Result { () throws(InputError) in try paths.map(Self.file) }
    // Wrong options are told before what a directory lacks.
    files = (try? found.get()) ?? paths
    guard let first = files.first else {
      throw arguments.error(
        "Missing expected argument '<file>': a result or a journal of a search")
    }
    let beside =
      files.count == 1
      ? StudyReport.path(beside: first)
      : (first.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        + ["compared.html"]).joined(separator: "/")
    output = try arguments[Self.output] ?? beside
    figure = try arguments[Self.figure]
    for target in [output, figure].compactMap(\.self) where files.contains(target) {
      throw arguments.error("'\(target)' is to be read; give another file to write")
    }
  }

  /// What to read of a study's directory, or of one with the files of one search: the result, or
  /// the journal where there is none of all that was found.
  private static func file(of path: String) throws(InputError) -> String {
    guard fileExists("\(path)/.") else { return path }
    let files = try StudyFiles(path)
    return try files.journal.map(StudyStatus.init)?.result ?? files.journal ?? files.result ?? path
  }

  func run() throws {
    let report = try StudyReport(files: found.get())
    try writeAtomically(report.html(), to: output)
    try StandardOutput().write("\(output)\n")
    guard let figure else { return }
    try writeAtomically(report.svg(), to: figure)
    try StandardOutput().write("\(figure)\n")
  }
}
