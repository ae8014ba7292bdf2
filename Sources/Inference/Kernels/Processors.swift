import Foundation

/// The processors that this process may compute on.
public enum Processors {
  /// Cores, without their hyper-threads (two threads on one core share its arithmetic, and memory
  /// is the limit anyway), of those processors that the process's affinity allows, and no more than
  /// its control group pays for.
  public static var physicalCores: Int {
    let allowed = text("/proc/self/status").flatMap { affinity(status: $0) }
    let processors = allowed?.count ?? ProcessInfo.processInfo.activeProcessorCount
    let named = text("/proc/cpuinfo").flatMap { cores(cpuinfo: $0, allowed: allowed) }
    let paid = quota(membership: text("/proc/self/cgroup") ?? "", text)
    return max(1, min(named ?? processors, processors, paid))
  }

  /// Different cores among the allowed processors (nil: all) of a Linux /proc/cpuinfo; nil where it
  /// does not name cores, as on ARM.
  static func cores(cpuinfo: String, allowed: Set<Int>?) -> Int? {
    var cores: Set<String> = []
    var isAllowed = true
    var package = ""
    for line in cpuinfo.split(separator: "\n") {
      let value = line.split(separator: ":").last.map { $0.filter { $0 != " " } } ?? ""
      if line.hasPrefix("processor") {
        isAllowed = allowed.map { set in Int(value).map(set.contains) ?? true } ?? true
      } else if line.hasPrefix("physical id") {
        package = value
      } else if line.hasPrefix("core id"), isAllowed {
        cores.insert("\(package) \(value)")
      }
    }
    return cores.isEmpty ? nil : cores.count
  }

  /// The processors' worth of time, rounded up, that control groups (version 1 or 2) leave to the
  /// process: the least of its own group's and of those around it; Int.max without a limit.
  ///
  /// - Parameters:
  ///   - membership: /proc/self/cgroup, a line per hierarchy: number, controllers, path.
  ///   - contents: a file's contents; nil where there is none.
  static func quota(membership: String, _ contents: (String) -> String?) -> Int {
    var least = Int.max
    for line in membership.split(separator: "\n") {
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { continue }
      let isUnified = fields[1].isEmpty
      guard isUnified || fields[1].split(separator: ",").contains("cpu") else { continue }
      var path = fields[2].split(separator: "/")
      while true {
        let group =
          (["", "sys", "fs", "cgroup"] + (isUnified ? [] : ["cpu"]) + path.map(String.init))
          .joined(separator: "/")
        // "max 100000", or a quota and a period in microseconds; −1 for none in version 1.
        let limit =
          isUnified
          ? contents("\(group)/cpu.max")
          : contents("\(group)/cpu.cfs_quota_us").flatMap { quota in
            contents("\(group)/cpu.cfs_period_us").map { "\(quota) \($0)" }
          }
        let numbers = (limit ?? "").split(whereSeparator: \.isWhitespace).map { Int($0) }
        if numbers.count == 2, let quota = numbers[0], let period = numbers[1], quota > 0,
          period > 0
        {
          least = min(least, (quota - 1) / period + 1)
        }
        if path.popLast() == nil { break }
      }
    }
    return least
  }

  private static func text(_ path: String) -> String? {
    try? String(contentsOfFile: path, encoding: .utf8)
  }

  /// The processors that a Linux /proc/self/status allows ("Cpus_allowed_list: 0-3,8"); nil where
  /// it does not say.
  static func affinity(status: String) -> Set<Int>? {
    guard
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix("Cpus_allowed_list:") })
    else { return nil }
    var allowed: Set<Int> = []
    for part in line.dropFirst("Cpus_allowed_list:".count).split(separator: ",") {
      let ends = part.split(separator: "-").map { end in Int(end.filter { !$0.isWhitespace }) }
      guard let first = ends.first ?? nil, let last = ends.last ?? nil, first <= last,
        last < 1 << 16
      else { return nil }
      allowed.formUnion(first...last)
    }
    return allowed.isEmpty ? nil : allowed
  }
}
