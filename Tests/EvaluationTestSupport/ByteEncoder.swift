import DraftEvaluation
import Files
import Tokenizers

/// One id per byte; conversations are rendered by a template of its own.
package struct ByteEncoder: PromptEncoder {
  package var hasChatTemplate: Bool
  package var longestToken: Int { 64 }

  package init(hasChatTemplate: Bool = true) { self.hasChatTemplate = hasChatTemplate }

  package func ids(text: String) -> [Int] { text.utf8.map(Int.init) }

  package func ids(conversation: Conversation) throws(InputError) -> [Int] {
    let messages = conversation.messages
    guard messages.allSatisfy({ $0.role != "robot" }) else {
      throw InputError(file: "tokenizer_config.json", "the template knows no robot")
    }
    return ids(text: messages.map { "<\($0.role)>\($0.text)" }.joined() + "<assistant>")
  }
}
