import Files
import TestSupport

/// A reader of files with what stands behind it, and good files to change.
package struct FuzzTarget: Sendable {
  /// What it is called on the command line.
  package let name: String
  /// Good files.
  package let seeds: [[UInt8]]
  private let mutator: Mutator
  private let read: @Sendable (_ bytes: [UInt8], _ directory: String) throws -> Void

  /// - Parameters:
  ///   - seeds: files that the reader accepts.
  ///   - read: writes the bytes to a file in a directory, reads it and, where it is accepted, uses
  ///     it.
  init(
    _ name: String, _ document: Document, seeds: [[UInt8]],
    read: @escaping @Sendable (_ bytes: [UInt8], _ directory: String) throws -> Void
  ) throws(InputError) {
    (self.name, self.seeds) = (name, seeds)
    mutator = try Mutator(document, seeds)
    self.read = read
  }

  /// The bytes of a case.
  package func bytes(_ number: UInt64) -> [UInt8] {
    var hash = FNV1a()
    hash.add(name.utf8)
    return mutator.bytes(SplitMix64(seed: hash.value ^ number &* 0xD1B5_4A32_D192_ED03))
  }

  /// A changed file, which may be one of those before; nil where its structure is lost.
  package func changed(_ file: [UInt8], seed: UInt64) -> [UInt8]? {
    mutator.bytes(changing: file, SplitMix64(seed: seed))
  }

  /// What a reader makes of a case.
  package enum Outcome: Hashable, Sendable {
    case accepted
    /// With its sentence.
    case refused(String)
  }

  /// Runs a case.
  ///
  /// - Parameter directory: the target's own.
  package func run(_ number: UInt64, in directory: String) -> Outcome {
    run(bytes(number), in: directory)
  }

  /// Runs any bytes.
  package func run(_ bytes: [UInt8], in directory: String) -> Outcome {
    do {
      try read(bytes, directory)
      return .accepted
    } catch {
      return .refused("\(error)")
    }
  }
}

extension FuzzTarget: CustomStringConvertible {
  /// Not all of its files.
  package var description: String { name }
}
