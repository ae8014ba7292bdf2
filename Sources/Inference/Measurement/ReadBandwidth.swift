import CKernels
import Foundation

/// How fast this machine's threads can read memory together: the limit of decoding, which reads
/// every weight once per token.
public enum ReadBandwidth {
  /// The rate of one pass over memory far larger than the caches.
  ///
  /// - Parameters:
  ///   - team: the threads that read.
  ///   - bytes: how much each pass reads, over all threads.
  /// - Returns: GB/s (10⁹ bytes per second) of each of `passes` passes.
  public static func measure(
    team: ThreadTeam, bytes: Int = 512 << 20, passes: Int = 5
  ) -> [Double] {
    let memory = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let memory, memory != MAP_FAILED else { return [] }
    defer { munmap(memory, bytes) }
    #if os(Linux)
      // Large pages where the system gives them: a probe that waits for page walks is a bad probe.
      madvise(memory, bytes, 14 /* MADV_HUGEPAGE */)
    #endif
    let area = UncheckedPointer(memory)
    // Each thread touches its own part first: the pages then lie near it.
    team.run { member in
      let share = member.share(of: bytes, grain: 1 << 21)
      memset(area.pointer + share.lowerBound, 1, share.count)
    }
    return (0..<passes).map { _ in
      let start = monotonicSeconds()
      team.run { member in
        let share = member.share(of: bytes, grain: 1 << 21)
        sink(sk_read(area.pointer + share.lowerBound, share.count))
      }
      return Double(bytes) / (monotonicSeconds() - start) / 1e9
    }
  }

  /// Keeps the compiler from leaving out a read whose result nobody needs.
  @inline(never)
  private static func sink(_ value: UInt64) { withExtendedLifetime(value) {} }
}

/// A pointer that threads share on purpose: each touches its own part.
private struct UncheckedPointer: @unchecked Sendable {
  let pointer: UnsafeMutableRawPointer
  init(_ pointer: UnsafeMutableRawPointer) { self.pointer = pointer }
}
