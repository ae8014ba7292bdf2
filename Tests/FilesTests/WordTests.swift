import Files
import Testing

@Suite("Words for people and shells")
struct WordTests {
  @Test("words are quoted for the shell where they need it")
  func quoting() {
    #expect(quoted("a/b-c_1.json") == "a/b-c_1.json")
    #expect(quoted("a b") == "'a b'")
    #expect(quoted("it's") == #"'it'\''s'"#)
    #expect(quoted("") == "''")
    #expect(quoted("$HOME") == "'$HOME'")
    #expect(quoted("é") == "'é'")
  }

  @Test("a noun agrees with its number")
  func counting() {
    #expect(counted(1, "prompt") == "1 prompt" && counted(0, "prompt") == "0 prompts")
  }
}
