import Testing

@testable import Report

@Suite("How the program was called")
struct InvocationTests {
  private func words(_ argument: String) -> String {
    Invocation(argument, searchPath: "/usr/bin:/opt/skip/bin", directory: "/home/me/package").words
  }

  @Test("a program on the search path is called by its name, another by the path that was typed")
  func installed() {
    #expect(words("skip-search") == "skip-search" && words("ss") == "ss")
    #expect(words("/opt/skip/bin/skip-search") == "skip-search")
    #expect(words("/opt/other/skip-search") == "/opt/other/skip-search")
    #expect(words(".build/release/skip-search") == ".build/release/skip-search")
    #expect(words("./my tools/skip-search") == "'./my tools/skip-search'")
    #expect(words("") == "skip-search")
  }

  @Test("what swift run started is started by swift run, with its package and configuration")
  func run() {
    let build = ".build/x86_64-unknown-linux-gnu"
    #expect(words("\(build)/debug/skip-search") == "swift run skip-search")
    #expect(words("\(build)/release/skip-search") == "swift run -c release skip-search")
    #expect(words("/home/me/package/\(build)/debug/skip-search") == "swift run skip-search")
    #expect(
      words("../other/\(build)/debug/skip-search")
        == "swift run --package-path ../other skip-search")
  }
}
