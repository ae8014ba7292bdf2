import Files
import Foundation
import FuzzSupport

/// Runs cases of the fuzzer one after another; see Experiments/fuzz. Not installed.
///
///     fuzz list
///     fuzz run TARGET FIRST COUNT STATUS    writes "NEXT ACCEPTED" to STATUS as it goes on
///     fuzz show TARGET NUMBER               the bytes of a case
///     fuzz once TARGET NUMBER               what a reader makes of it
///     fuzz files TARGET FILE…               what it makes of these
///     fuzz guide TARGET DIRECTORY OPTION…   libFuzzer, where it is built with it
///     fuzz study DIRECTORY SEED TRIALS      a study that may be killed, and goes on
///     fuzz worker DIRECTORY SEED TRIALS     a worker of a shared study, likewise
///
/// A trap ends the process: whoever started it finds the case's number in STATUS.
@main
enum Main {
  static func main() throws {
    let words = Array(CommandLine.arguments.dropFirst())
    let targets = try fuzzTargets()
    func target(_ name: String) -> FuzzTarget {
      guard let target = targets.first(where: { $0.name == name }) else {
        FileHandle.standardError.write(Data("no target \(name)\n".utf8))
        exit(64)
      }
      return target
    }
    let directory = "/dev/shm/skip-search-fuzz-\(getpid())"
    try createDirectory(directory)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    switch (words.first, words.count) {
    case ("list", 1): targets.forEach { print($0.name) }
    case ("run", 5):
      try run(target(words[1]), UInt64(words[2]) ?? 0, UInt64(words[3]) ?? 0, words[4], directory)
    case ("show", 3):
      FileHandle.standardOutput.write(Data(target(words[1]).bytes(UInt64(words[2]) ?? 0)))
    case ("once", 3):
      print(target(words[1]).run(UInt64(words[2]) ?? 0, in: directory))
    case ("files", 3...):
      for path in words.dropFirst(2) {
        print("\(path): \(target(words[1]).run(try readFile(path), in: directory))")
      }
    #if GUIDED
      case ("guide", 3...):
        try guide(target(words[1]), corpus: words[2], options: words.dropFirst(3), in: directory)
    #endif
    case ("study", 4):
      try runKillableStudy(
        in: words[1], seed: UInt64(words[2]) ?? 0, trials: max(1, Int(words[3]) ?? 1))
    case ("worker", 4):
      try runKillableWorker(
        in: words[1], seed: UInt64(words[2]) ?? 0, trials: max(1, Int(words[3]) ?? 1))
    default: print("usage: fuzz list | run … | once … | …, as said above its `main`")
    }
  }

  /// A case may compute for this many seconds, and wait for thirty times as long: machines are busy.
  private static let limit = 20

  private static func startClock() {
    alarm(UInt32(30 * limit))
    var time = itimerval(
      it_interval: timeval(tv_sec: 0, tv_usec: 0), it_value: timeval(tv_sec: limit, tv_usec: 0))
    setitimer(__itimer_which_t(ITIMER_PROF.rawValue), &time, nil)
  }

  private static func run(
    _ target: FuzzTarget, _ first: UInt64, _ count: UInt64, _ status: String, _ directory: String
  ) throws {
    // Memory is bounded too.
    var bound = rlimit(rlim_cur: 4 << 30, rlim_max: 4 << 30)
    setrlimit(__rlimit_resource_t(RLIMIT_DATA.rawValue), &bound)
    let descriptor = open(status, O_RDWR | O_CREAT | O_TRUNC, 0o644)
    ftruncate(descriptor, 64)
    guard
      let memory = mmap(nil, 64, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
      memory != MAP_FAILED
    else { return }
    let progress = memory.assumingMemoryBound(to: UInt64.self)
    var slowest = (seconds: 0.0, number: first)
    for number in first..<first + count {
      progress[0] = number
      startClock()
      let start = clock()
      let outcome = target.run(number, in: directory)
      let seconds = Double(clock() - start) / Double(CLOCKS_PER_SEC)
      if seconds > slowest.seconds { slowest = (seconds, number) }
      if outcome == .accepted { progress[1] += 1 }
    }
    progress[0] = first + count
    print("slowest \(slowest.seconds) s, case \(slowest.number)")
  }
}
