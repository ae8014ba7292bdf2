import Foundation

/// What the environment asks for. Programs pass it to `LanguageModel`, which reads no environment.
extension InstructionSet {
  private static let variable = "SKIP_SEARCH_ISA"

  /// What `SKIP_SEARCH_ISA` asks for, where this machine has it.
  public static var requested: InstructionSet? {
    InstructionSet(rawValue: request ?? "").flatMap { $0.isSupported ? $0 : nil }
  }

  /// What `SKIP_SEARCH_ISA` asks for in vain; nil where it is followed, or not set.
  public static var unmetRequest: String? { requested == nil ? request : nil }

  private static var request: String? {
    ProcessInfo.processInfo.environment[variable].flatMap { $0.isEmpty ? nil : $0 }
  }
}
