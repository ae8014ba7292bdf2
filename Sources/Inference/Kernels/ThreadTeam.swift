import CKernels
import Synchronization

/// Threads that run one body together, the caller being thread 0. They spin for a while between
/// bodies, so that a pass per millisecond does not pay for waking them, then sleep.
///
/// `@unchecked Sendable`: the team's pointer never changes, and `running` lets one body run at a
/// time.
public final class ThreadTeam: @unchecked Sendable {
  /// The number of threads, the caller's included.
  public let count: Int
  private let team: OpaquePointer
  private let running = Mutex<Void>(())

  /// Starts `count` − 1 threads; fewer where the system gives no more.
  public init(count: Int) {
    precondition(count >= 1)
    var granted = count
    var team = sk_team_create(Int32(granted))
    while team == nil, granted > 1 {
      granted /= 2
      team = sk_team_create(Int32(granted))
    }
    guard let team else { preconditionFailure("out of memory") }
    self.team = team
    self.count = granted
  }

  deinit { sk_team_destroy(team) }

  /// Runs `body` on every thread and returns when all have ended.
  func run(_ body: (TeamMember) -> Void) {
    struct Context {
      let team: OpaquePointer
      let count: Int
      let body: (TeamMember) -> Void
    }
    running.withLock { _ in
      withoutActuallyEscaping(body) { body in
        withUnsafePointer(to: Context(team: team, count: count, body: body)) { pointer in
          sk_team_run(
            team,
            { context, thread in
              guard let context = context?.assumingMemoryBound(to: Context.self) else { return }
              context.pointee.body(
                TeamMember(
                  team: context.pointee.team, thread: Int(thread), count: context.pointee.count))
            }, UnsafeMutableRawPointer(mutating: pointer))
        }
      }
    }
  }
}

/// One thread of a running team: plain values, so that nothing is reference-counted in inner loops.
struct TeamMember {
  let team: OpaquePointer
  let thread: Int
  let count: Int

  /// Waits until every thread of the running body has come here.
  @inline(__always)
  func barrier() { sk_team_barrier(team, Int32(thread)) }

  /// This thread's part of `0..<total`, cut at multiples of `grain`. The cut decides who computes
  /// an element, never its value.
  @inline(__always)
  func share(of total: Int, grain: Int = 1) -> Range<Int> {
    let grains = total.roundedUp(toMultipleOf: grain) / grain
    let begin = grains * thread / count * grain
    let end = grains * (thread + 1) / count * grain
    return min(begin, total)..<min(end, total)
  }
}
