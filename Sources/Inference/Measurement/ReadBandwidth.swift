import CKernels
import Foundation

/// How fast this machine's threads can read memory together: the limit of decoding, which reads
/// every weight once per token.
///
/// A probe that reports less than decoding moves is a bad probe. This one tries several numbers of
/// streams per thread (which is best depends on the processor's prefetching), asks for large pages,
/// and lets each thread read what it touched first.
public final class ReadBandwidth {
  /// Bytes that one pass reads, over all threads.
  public let byteCount: Int
  private let team: ThreadTeam
  /// nil where there was no memory for a probe: it reports no bandwidth, and the rest goes on.
  private let area: UncheckedPointer?
  private var passes = 0

  /// - Parameters:
  ///   - team: the threads that read.
  ///   - bytes: memory far larger than the caches.
  public init(team: ThreadTeam, bytes: Int = 512 << 20) {
    self.team = team
    let memory = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let memory, memory != MAP_FAILED else {
      area = nil
      byteCount = 0
      return
    }
    #if os(Linux)
      madvise(memory, bytes, 14 /* MADV_HUGEPAGE */)
    #endif
    byteCount = bytes
    let area = UncheckedPointer(memory)
    self.area = area
    team.run { member in
      let share = member.share(of: bytes, grain: 1 << 21)
      memset(area.pointer + share.lowerBound, 1, share.count)
    }
  }

  deinit { if let area { munmap(area.pointer, byteCount) } }

  /// Reads everything once, in another number of streams than the last time.
  func pass() {
    guard let area else { return }
    let byteCount = byteCount
    let streams = [1, 2, 4, 8][passes % 4]
    passes += 1
    team.run { member in
      let share = member.share(of: byteCount, grain: 1 << 21)
      sink(sk_read(area.pointer + share.lowerBound, share.count, streams))
    }
  }

  /// GB/s (10⁹ bytes per second) of each of `passes` passes.
  public static func measure(team: ThreadTeam, passes: Int = 8) -> [Double] {
    let reader = ReadBandwidth(team: team)
    return (0..<passes).map { _ in
      let start = monotonicSeconds()
      reader.pass()
      return Double(reader.byteCount) / (monotonicSeconds() - start) / 1e9
    }
  }
}

/// Keeps the compiler from leaving out a read whose result nobody needs.
@inline(never)
private func sink(_ value: UInt64) { withExtendedLifetime(value) {} }

/// A pointer that threads share on purpose: each touches its own part.
private struct UncheckedPointer: @unchecked Sendable {
  let pointer: UnsafeMutableRawPointer
  init(_ pointer: UnsafeMutableRawPointer) { self.pointer = pointer }
}
