/// Completion for bash, from version 3.2 on.
struct BashCompletion {
  let program: ProgramDescription

  var script: String {
    let commands = (program.commands.map(\.name) + ["help"]).joined(separator: " ")
    return """
      # Completes \(program.name) in bash; load it with: source <(\(program.name) completion bash)
      _skip_search() {
        local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
        local command=\(program.defaultCommand) kind= words= rest=none options=
        COMPREPLY=()
        # bash takes --option=value apart.
        if [[ $word == = ]]; then
          word=
        elif [[ $before == = ]]; then
          before=${COMP_WORDS[COMP_CWORD-2]}
        fi
        if ((COMP_CWORD == 1)) && [[ $word != -* ]]; then
          COMPREPLY=($(compgen -W "\(commands)" -- "$word"))
          return
        fi
        if [[ ${COMP_WORDS[1]} != -* ]]; then command=${COMP_WORDS[1]}; fi
        case $command in
      \(program.commands.map(branch).joined(separator: "\n"))
          help)
            rest=words
            words="\(commands)"
            ;;
        esac
        if [[ -z $kind ]]; then
          if [[ $word == -* || $rest == none ]]; then
            COMPREPLY=($(compgen -W "$options" -- "$word"))
            return
          fi
          kind=$rest
        fi
        local IFS=$'\\n'
        case $kind in
          words) IFS=$' \\t\\n'; COMPREPLY=($(compgen -W "$words" -- "$word")) ;;
          files) COMPREPLY=($(compgen -f -- "$word")) ;;
          directories) COMPREPLY=($(compgen -d -- "$word")) ;;
          models) COMPREPLY=($(compgen -d -- "$word"; compgen -f -X '!*.gguf' -- "$word")) ;;
        esac
        if [[ $kind != words ]]; then compopt -o filenames 2>/dev/null; fi
        return 0
      }
      complete -F _skip_search \(program.name)

      """
  }

  private func branch(_ command: CommandDescription) -> String {
    var lines = ["    \(command.name))"]
    if let completion = command.positionalCompletion {
      let (kind, words) = parts(completion)
      lines.append("      rest=\(kind)\(words)")
    }
    let options = command.options.flatMap(\.spellings)
    lines.append("      options=\"\(options.joined(separator: " "))\"")
    lines.append("      case $before in")
    for option in command.options {
      guard let completion = option.completion else { continue }
      let (kind, words) = parts(completion)
      let pattern = option.spellings.joined(separator: "|")
      lines.append("        \(pattern)) kind=\(kind)\(words) ;;")
    }
    return (lines + ["      esac", "      ;;"]).joined(separator: "\n")
  }

  private func parts(_ completion: ValueCompletion) -> (kind: String, words: String) {
    switch completion {
    case .unknown: ("unknown", "")
    case .words(let words): ("words", " words=\"\(words.joined(separator: " "))\"")
    case .files: ("files", "")
    case .directories: ("directories", "")
    case .models: ("models", "")
    }
  }
}
