import Files
import Foundation
import TestSupport
import Report
import Testing

@testable import CommandLineInterface

/// Completion by the shells themselves.
@Suite("Completion")
struct CompletionTests {
  /// A shell's path; nil where it is not installed.
  private static func path(_ shell: Shell) -> URL? {
    let places = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return places.map { URL(fileURLWithPath: "\($0)/\(shell.rawValue)") }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
  }

  /// Lines whose last word is to be completed, what must be offered, and what must not.
  private static let cases: [(line: String, offered: [String], not: [String])] = [
    ("sea", ["search"], ["generate"]),
    ("", ["search", "completion", "help"], []),
    ("--tri", ["--trials"], ["--model"]),
    ("search --evalu", ["--evaluator"], ["--trials"]),
    ("search --evaluator ", ["auto", "replay", "decode"], ["--model", "model.gguf"]),
    ("search --evaluator re", ["replay"], ["decode"]),
    ("search --prompts mod", ["model.txt", "model.gguf", "models"], []),
    ("search --output mod", ["models"], ["model.txt", "model.gguf"]),
    ("generate -m mod", ["model.gguf", "models"], ["model.txt"]),
    ("generate --model mod", ["model.gguf", "models"], ["model.txt"]),
    ("generate --draft-weights 4 --look", ["--lookup"], ["--model"]),
    ("generate --lookup o", ["off"], ["auto"]),
    ("bench --random-model 1", ["135m", "1.7b"], ["8b"]),
    ("completion ", ["bash", "zsh", "fish"], ["search"]),
    ("status mod", ["models", "model.txt"], ["search"]),
    ("help gen", ["generate"], ["search"]),
  ]

  @Test(
    "commands, options, values and files are offered where they belong", arguments: Shell.allCases)
  func offers(shell: Shell) throws {
    guard let executable = Self.path(shell) else {
      print("\(shell.rawValue) is not installed: its completion was not tested")
      return
    }
    try withTemporaryDirectory { directory in
      for name in ["model.txt", "model.gguf"] {
        try writeAtomically("", to: "\(directory)/\(name)")
      }
      try FileManager.default.createDirectory(
        atPath: "\(directory)/models", withIntermediateDirectories: false)
      try writeAtomically(
        shell.completion(of: Program.description), to: "\(directory)/completion")
      try writeAtomically(driver(shell), to: "\(directory)/driver")
      let options: [String] =
        switch shell {
        case .bash: ["--norc", "driver"]
        case .zsh: ["-f", "driver"]
        case .fish: ["--no-config", "driver"]
        }
      let outcome = try BuiltProgram.run(options, of: executable, in: directory)
      #expect(outcome.errors.isEmpty, "\(outcome.errors)")
      let answers = outcome.output.components(separatedBy: "=====\n").dropLast()
      try #require(answers.count == Self.cases.count, "\(outcome.output)")
      for (answer, (line, offered, not)) in zip(answers, Self.cases) {
        let words = Set(
          answer.split(whereSeparator: \.isNewline).map { word in
            // Without fish's descriptions, zsh's = and the slash of directories.
            String(word.prefix { $0 != "\t" }.reversed().drop { "=/ ".contains($0) }.reversed())
          })
        #expect(words.isSuperset(of: offered), "\(line): \(words)")
        #expect(words.isDisjoint(with: not), "\(line): \(words)")
      }
    }
  }

  /// A script that prints what is offered for each line, and a line of signs after it.
  private func driver(_ shell: Shell) -> String {
    let lines = Self.cases.map(\.line)
    switch shell {
    case .bash:
      let calls = lines.map { line in
        let words = (["skip-search"] + line.components(separatedBy: " ")).map(quoted)
        return "offer \(words.joined(separator: " "))"
      }
      return """
        source ./completion
        offer() {
          COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
          _skip_search
          printf '%s\\n' "${COMPREPLY[@]}" =====
        }
        \(calls.joined(separator: "\n"))

        """
    case .fish:
      let calls = lines.map { "complete -C 'skip-search \($0)'; echo =====" }
      return "source ./completion\n" + calls.joined(separator: "\n") + "\n"
    case .zsh:
      // zsh completes only at a terminal's prompt. What would be listed goes through compadd.
      let calls = lines.map { "offer 'skip-search \($0)'" }
      return """
        zmodload zsh/zpty zsh/zselect
        : > offered
        print -r -- '
          PROMPT= ; autoload -Uz compinit; compinit -D -u; source ./completion
          unsetopt beep
          # Typing on would break completion off: the line is taken away where it ends.
          offer-all() { zle complete-word; BUFFER=; print done >> done }
          zle -N offer-all; bindkey "^I" offer-all
          compadd() {
            if [[ ${@[1,(i)(-|--)]} != *-(O|A|D)\\ * ]]; then
              local -a hits
              builtin compadd -A hits "$@"
              print -rl -- $hits >> offered
            fi
            builtin compadd "$@"
          }
          print ready >> ready' > inner
        zpty inner "TERM=dumb zsh -f -i"
        zpty -w inner "source ./inner"
        wait_for() {
          repeat 1500; do
            [[ -s $1 ]] && return
            zpty -r -t inner ignored
            zselect -t 1
          done
        }
        wait_for ready
        offer() {
          : > offered; rm -f done
          zpty -w -n inner "$1"$'\\t'
          wait_for done
          cat offered
          print -r -- '====='
        }
        \(calls.joined(separator: "\n"))
        zpty -d inner

        """
    }
  }
}
