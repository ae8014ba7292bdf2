import Files
import Foundation

/// The repository's root, found from this source file.
public let repository = URL(fileURLWithPath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

/// The path of something under Tests/Fixtures.
public func fixture(_ name: String) -> String { "\(repository)/Tests/Fixtures/\(name)" }

/// The 24-layer model that ships with the project.
public let referenceModel = "\(repository)/Experiments/models/reference"

/// The folder beside a developer's checkout with third-party tokenizers, which the repository may
/// not contain: tests that need it are skipped, by name, where it is not there.
public let sharedFolder = "\(repository)/../shared"

/// A fresh temporary directory, removed when `body` ends.
public func withTemporaryDirectory<Result>(_ body: (String) throws -> Result) throws -> Result {
  let path = FileManager.default.temporaryDirectory.path + "/skip-search-\(UUID().uuidString)"
  try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: path) }
  return try body(path)
}
