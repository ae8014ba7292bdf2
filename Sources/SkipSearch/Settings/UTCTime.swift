import Foundation

/// A moment in UTC, to the second.
public struct UTCTime: Hashable, Sendable {
  /// Year, month, day, hour, minute, second.
  private let parts: [Int]

  /// The present.
  public static var now: UTCTime { UTCTime(secondsSince1970: Int(time(nil))) }

  /// A moment given in seconds since 1970-01-01T00:00:00Z.
  public init(secondsSince1970 seconds: Int) {
    var clock = time_t(seconds)
    var broken = tm()
    gmtime_r(&clock, &broken)
    parts = [
      Int(broken.tm_year) + 1900, Int(broken.tm_mon) + 1, Int(broken.tm_mday),
      Int(broken.tm_hour), Int(broken.tm_min), Int(broken.tm_sec),
    ]
  }

  private func two(_ index: Int) -> String {
    parts[index] < 10 ? "0\(parts[index])" : "\(parts[index])"
  }

  /// `2026-01-31T12:00:00Z`, ISO 8601.
  public var iso8601: String {
    "\(parts[0])-\(two(1))-\(two(2))T\(two(3)):\(two(4)):\(two(5))Z"
  }

  /// `20260131T120000Z`, for file names.
  public var compact: String { iso8601.filter { $0 != "-" && $0 != ":" } }
}
