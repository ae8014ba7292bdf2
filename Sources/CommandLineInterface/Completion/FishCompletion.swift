/// Completion for fish, from version 3.0 on.
struct FishCompletion {
  let program: ProgramDescription

  var script: String {
    let commands = program.commands.map { ($0.name, $0.phrase) } + [("help", "Show help")]
    let begin = commands.map { name, phrase in
      "\(lead) -n __skip_search_begins -a \(name) -d \(quoted(phrase))"
    }
    let names = commands.map(\.0).joined(separator: " ")
    return """
      # Completes \(program.name) in fish; keep it as
      # ~/.config/fish/completions/\(program.name).fish
      function __skip_search_begins
        test (count (commandline -opc)) -eq 1
      end
      function __skip_search_in
        set -l words (commandline -opc)
        set -l command \(program.defaultCommand)
        if test (count $words) -ge 2; and not string match -q -- '-*' $words[2]
          set command $words[2]
        end
        test $command = $argv[1]
      end
      function __skip_search_models
        __fish_complete_directories (commandline -ct)
        for file in (commandline -ct)*.gguf
          echo $file
        end
      end
      \(lead) -f
      \(begin.joined(separator: "\n"))
      \(lead) -n '__skip_search_in help' -a '\(names)'
      \(program.commands.flatMap(lines).joined(separator: "\n"))

      """
  }

  private var lead: String { "complete -c \(program.name)" }

  private func lines(_ command: CommandDescription) -> [String] {
    let condition = "\(lead) -n '__skip_search_in \(command.name)'"
    var lines = command.options.map { option in
      let short = option.short.map { " -s \($0)" } ?? ""
      let value = option.completion.map { " -r " + arguments($0) } ?? ""
      return "\(condition) -l \(option.name)\(short)\(value) -d \(quoted(option.phrase))"
    }
    if let completion = command.positionalCompletion {
      lines.append("\(condition) \(arguments(completion))")
    }
    return lines
  }

  private func arguments(_ completion: ValueCompletion) -> String {
    switch completion {
    case .unknown: "-f"
    case .words(let words): "-f -a \(quoted(words.joined(separator: " ")))"
    case .files: "-F"
    case .directories: "-f -a '(__fish_complete_directories (commandline -ct))'"
    case .models: "-f -a '(__skip_search_models)'"
    }
  }

  private func quoted(_ text: String) -> String {
    let escaped = text.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
    return "'\(escaped)'"
  }
}
