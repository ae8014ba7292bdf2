/// Completion for zsh, from version 5.1 on.
struct ZshCompletion {
  let program: ProgramDescription

  var script: String {
    let commands = program.commands.map { ($0.name, $0.phrase) } + [("help", "Show help")]
    let list = commands.map { "    " + quoted("\($0.0):\($0.1)") }.joined(separator: "\n")
    return """
      #compdef \(program.name)
      # Completes \(program.name) in zsh; load it after compinit with
      # source <(\(program.name) completion zsh), or keep it as _\(program.name) in $fpath.
      _\(program.name)() {
        local command=\(program.defaultCommand)
        local -a commands=(
      \(list)
        )
        if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then
          _describe command commands
          return
        fi
        if [[ $words[2] != -* ]]; then
          command=$words[2]
          shift words
          (( CURRENT -= 1 ))
        fi
        case $command in
      \(program.commands.map(branch).joined(separator: "\n"))
          help) _describe command commands ;;
        esac
      }
      if [[ $funcstack[1] == _\(program.name) ]]; then
        _\(program.name) "$@"
      else
        compdef _\(program.name) \(program.name)
      fi

      """
  }

  private func branch(_ command: CommandDescription) -> String {
    var specifications = command.options.map(specification)
    if let positional = command.positional, let completion = command.positionalCompletion {
      let count = positional.most == 1 ? "1" : "*"
      specifications.append(
        quoted("\(count):\(escaped(positional.name)):\(action(completion))"))
    }
    let lines = specifications.map { "        " + $0 }.joined(separator: " \\\n")
    return "    \(command.name))\n      _arguments -s \\\n\(lines)\n      ;;"
  }

  /// `'(-m --model)'{-m+,--model=}'[phrase]:path:_files'`
  private func specification(_ option: OptionDescription) -> String {
    var end = "[\(escaped(option.phrase))]"
    if let value = option.value, let completion = option.completion {
      end += ":\(escaped(value)):\(action(completion))"
    }
    let takesValue = option.value != nil
    let long = "--\(option.name)" + (takesValue ? "=" : "")
    guard let short = option.short else { return quoted(long + end) }
    return "'(-\(short) --\(option.name))'{-\(short)\(takesValue ? "+" : ""),\(long)}"
      + quoted(end)
  }

  private func action(_ completion: ValueCompletion) -> String {
    switch completion {
    case .unknown: " "
    case .words(let words): "(\(words.joined(separator: " ")))"
    case .files: "_files"
    case .directories: "_files -/"
    case .models: "_files -g \"*.gguf(-.)\""
    }
  }

  /// For a part of `_arguments`' specifications.
  private func escaped(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      if "[]:\\".contains(character) { result.append("\\") }
      result.append(character)
    }
  }

  private func quoted(_ text: String) -> String {
    "'" + text.replacing("'", with: #"'\''"#) + "'"
  }
}
