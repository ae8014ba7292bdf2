import Checkpoints
import Foundation
import Inference
import TestSupport

/// A model of five layers that is made once.
final class TinyGenerator: @unchecked Sendable {
  private let lock = NSLock()
  private var generator: Generator?

  func value() throws -> Generator {
    lock.lock()
    defer { lock.unlock() }
    if let generator { return generator }
    var tiny = TinyModel()
    tiny.layerCount = 5
    let made = try withTemporaryDirectory { directory in
      try tiny.write(to: directory)
      return Generator(
        model: LanguageModel(try Checkpoint(directory: directory), threads: 1), contextLength: 32)
    }
    generator = made
    return made
  }
}

/// What drafts are tried with; one case at a time uses it.
let tinyGenerator = TinyGenerator()
