import CKernels
import Files
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
  private let pages: MappedPages?
  private let base: UnsafeMutableRawPointer?
  private var passes = 0

  /// - Parameters:
  ///   - team: the threads that read.
  ///   - bytes: memory far larger than the caches.
  public init(team: ThreadTeam, bytes: Int = 512 << 20) {
    self.team = team
    guard let pages = MappedPages(byteCount: bytes, isReserved: true) else {
      self.pages = nil
      base = nil
      byteCount = 0
      return
    }
    let base = pages.base
    pages.preferLargePages()
    self.base = base
    self.pages = consume pages
    byteCount = bytes
    team.run { member in
      let share = member.share(of: bytes, grain: Self.grain)
      memset(base + share.lowerBound, 1, share.count)
    }
  }

  /// Bytes of a large page: no two threads read the same one.
  private static let grain = 2 << 20

  /// Reads everything once, in another number of streams than the last time.
  func pass() {
    guard let base else { return }
    let byteCount = byteCount
    let streams = [1, 2, 4, 8][passes % 4]
    passes += 1
    team.run { member in
      let share = member.share(of: byteCount, grain: Self.grain)
      sink(sk_read(base + share.lowerBound, share.count, streams))
    }
  }

  /// GB/s (10⁹ bytes per second) of each of `passes` passes.
  public static func measure(team: ThreadTeam, passes: Int = 8) -> [Double] {
    let reader = ReadBandwidth(team: team)
    return (0..<passes).map { _ in
      let clock = Stopwatch()
      reader.pass()
      return Double(reader.byteCount) / clock.seconds / 1e9
    }
  }
}

/// Keeps the compiler from leaving out a read whose result nobody needs.
@inline(never)
private func sink(_ value: UInt64) { withExtendedLifetime(value) {} }
