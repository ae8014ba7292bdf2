import Foundation
import TestSupport
import Testing

@Suite("The links of the repository's texts")
struct LinkTests {
  @Test("every file that a Markdown file links to is there")
  func links() throws {
    let root = URL(fileURLWithPath: repository)
    var texts = 0
    var links = 0
    for part in ["README.md", "Experiments", "Sources", "Tests", "results"] {
      let top = root.appendingPathComponent(part)
      let below = FileManager.default.enumerator(at: top, includingPropertiesForKeys: nil)
      let files = part.hasSuffix(".md") ? [top] : (below?.allObjects as? [URL] ?? [])
      for file in files where file.pathExtension == "md" {
        // What a run of an experiment leaves behind has texts of others in it.
        let folders = file.pathComponents.dropFirst(root.pathComponents.count)
        guard !folders.contains(where: { [".venv", "work", "models"].contains($0) }) else {
          continue
        }
        texts += 1
        let text = try String(contentsOf: file, encoding: .utf8)
        for match in text.matches(of: /\]\(([^)#\s]+)/) where !match.1.contains(":") {
          links += 1
          let target = file.deletingLastPathComponent().appendingPathComponent(String(match.1))
          #expect(
            FileManager.default.fileExists(atPath: target.path),
            "\(file.path) links to \(match.1), which is not there")
        }
      }
    }
    #expect(texts > 10 && links > 30)
  }
}
