import Testing

@testable import CommandLineInterface

@Suite("What is typed in a conversation")
struct ChatLineTests {
  @Test("commands are told from messages")
  func commands() {
    #expect(ChatLine("/help") == .help && ChatLine("/reset") == .reset)
    #expect(ChatLine("/exit") == .exit && ChatLine("/quit") == .exit)
    #expect(ChatLine("/set") == .set(name: nil, value: ""))
    #expect(ChatLine("/set temperature 0.7") == .set(name: "temperature", value: "0.7"))
    #expect(ChatLine("/set system Be brief.") == .set(name: "system", value: "Be brief."))
    #expect(ChatLine("/rest") == .unknown("/rest"))
    #expect(ChatLine.hint(about: "/rest").contains("/reset"))
    for text in ["hello", "what is /set?", "/usr/bin is a path", "/help\nand more"] {
      #expect(ChatLine(text) == .message(text))
    }
  }

  @Test("settings are the command line's options, changed and taken back")
  func settings() throws {
    let arguments = try Arguments(
      ["-m", "d", "--top-k", "5"], for: GenerateCommand.description)
    let command = try GenerateCommand(arguments)
    var settings = try ChatSettings(command.setting, .init())
    #expect(settings.sampling.topK == 5 && settings.options.maximumTokens == 2048)
    try settings.set("temperature", to: "0.7")
    try settings.set("max-tokens", to: "9")
    try settings.set("system", to: "Be brief.")
    #expect(settings.sampling.temperature == 0.7 && settings.options.maximumTokens == 9)
    #expect(settings.summary.contains("temperature 0.7, top-k 5, seed 0, max-tokens 9"))
    #expect(settings.system == "Be brief.")
    try settings.set("temperature", to: "default")
    try settings.set("system", to: "default")
    #expect(settings.sampling.temperature == 1 && settings.system == nil)
    for (name, value) in [
      ("temperature", "hot"), ("top-p", "2"), ("tempratur", "1"), ("model", "x"), ("seed", ""),
    ] {
      #expect(throws: UsageError.self) { try settings.set(name, to: value) }
    }
    #expect(settings.options.maximumTokens == 9 && settings.sampling.topK == 5)
  }
}
