/// What somebody types in a conversation.
enum ChatLine: Equatable {
  case message(String)
  case help
  case reset
  case exit
  /// Nothing given: show what is set.
  case set(name: String?, value: String)
  /// What looks like a command and is none.
  case unknown(String)

  /// The commands' names, with what they do.
  static let commands: [(name: String, help: String)] = [
    ("/set NAME VALUE", "change a setting: \(ChatSettings.names.joined(separator: ", "))"),
    ("/set", "show the settings; /set NAME default takes one back"),
    ("/reset", "forget all messages"),
    ("/help", "show this"),
    ("/exit", "end, as Ctrl-D does"),
  ]

  private static let names = ["set", "reset", "help", "exit"]

  init(_ text: String) {
    let parts = text.split(separator: " ", maxSplits: 2).map(String.init)
    guard let first = parts.first, first.hasPrefix("/"), !first.dropFirst().contains("/"),
      !text.contains("\n")
    else {
      self = .message(text)
      return
    }
    switch first {
    case "/help", "/?": self = .help
    case "/reset": self = .reset
    case "/exit", "/quit": self = .exit
    case "/set":
      self = .set(name: parts.count > 1 ? parts[1] : nil, value: parts.count > 2 ? parts[2] : "")
    default: self = .unknown(first)
    }
  }

  /// Whether a line is a command by itself, wherever it stands.
  static func isCommand(_ line: String) -> Bool {
    switch ChatLine(line) {
    case .message, .unknown: false
    default: true
    }
  }

  /// What is said of a command that there is not.
  static func hint(about command: String) -> String {
    let meant = closest(to: String(command.dropFirst()), in: names).map {
      " Did you mean /\($0)?"
    }
    return "There is no \(command)." + (meant ?? " /help shows what there is.")
  }
}
