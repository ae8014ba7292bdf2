import Foundation

/// What the environment asks for. Programs pass it to `LanguageModel`, which reads no environment.
extension InstructionSet {
  private static let variable = "SKIP_SEARCH_ISA"

  /// What `SKIP_SEARCH_ISA` asks for, where this machine has it; else the best.
  public static var chosen: InstructionSet {
    guard let wanted = InstructionSet(rawValue: request ?? ""), wanted.isSupported else {
      return best
    }
    return wanted
  }

  /// What `SKIP_SEARCH_ISA` asks for in vain; nil where it is followed, or not set.
  public static var unmetRequest: String? { request == chosen.rawValue ? nil : request }

  private static var request: String? {
    ProcessInfo.processInfo.environment[variable].flatMap { $0.isEmpty ? nil : $0 }
  }
}
