#if GUIDED
  import Files
  import Foundation
  import FuzzSupport
  import TestSupport

  // libFuzzer keeps what reaches new code and changes that: Experiments/fuzz/guided.py builds this
  // with its instrumentation and its library, which other builds do not have.

  @_silgen_name("LLVMFuzzerRunDriver")
  private func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
  ) -> CInt

  /// Its own change of bytes, which knows what they were compared with.
  @_silgen_name("LLVMFuzzerMutate")
  private func mutateBytes(_ bytes: UnsafeMutablePointer<UInt8>, _ count: Int, _ most: Int) -> Int

  /// What the functions below, which libFuzzer calls, work with: one thread, set before it starts.
  nonisolated(unsafe) private var guided: (target: FuzzTarget, directory: String)?

  /// Changes the structure twice as often as bytes.
  @_cdecl("LLVMFuzzerCustomMutator")
  public func mutate(
    _ bytes: UnsafeMutablePointer<UInt8>, _ count: Int, _ most: Int, _ seed: UInt32
  ) -> Int {
    let old = Array(UnsafeBufferPointer(start: bytes, count: count))
    guard seed % 3 != 0, let new = guided?.target.changed(old, seed: UInt64(seed)),
      1...most ~= new.count
    else { return mutateBytes(bytes, count, most) }
    bytes.update(from: new, count: new.count)
    return new.count
  }

  /// Runs libFuzzer on a target and ends the process.
  ///
  /// - Parameters:
  ///   - corpus: where files lie that reach something; good ones are put there.
  ///   - options: libFuzzer's.
  func guide(
    _ target: FuzzTarget, corpus: String, options: some Sequence<String>, in directory: String
  ) throws {
    try createDirectory(corpus)
    for (index, seed) in target.seeds.enumerated() {
      try writeBytes(seed, to: "\(corpus)/seed-\(index)")
    }
    guided = (target, directory)
    // Values and repetitions may be added to the largest.
    let most = 2 * (target.seeds.map(\.count).max() ?? 0) + (1 << 16)
    let words = [CommandLine.arguments[0], corpus, "-max_len=\(most)", "-len_control=0"] + options
    var pointers = words.map { strdup($0) } + [nil]
    var count = CInt(words.count)
    let status = pointers.withUnsafeMutableBufferPointer { buffer in
      guard var start = buffer.baseAddress else { return CInt(1) }
      return runDriver(&count, &start) { bytes, count in
        if let (target, directory) = guided {
          _ = target.run(Array(UnsafeBufferPointer(start: bytes, count: count)), in: directory)
        }
        return 0
      }
    }
    try? FileManager.default.removeItem(atPath: directory)
    exit(status)
  }
#endif
