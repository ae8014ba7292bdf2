extension Processors {
  /// The processor's name in /proc/cpuinfo, or its architecture.
  public static var name: String {
    let line = text("/proc/cpuinfo")?.split(separator: "\n").first { $0.hasPrefix("model name") }
    guard let value = line?.split(separator: ":", maxSplits: 1).last else { return architecture }
    let words = value.split(whereSeparator: \.isWhitespace)
    return words.isEmpty ? architecture : words.joined(separator: " ")
  }

  private static var architecture: String {
    #if arch(x86_64)
      "x86_64"
    #elseif arch(arm64)
      "arm64"
    #else
      "unknown"
    #endif
  }
}
