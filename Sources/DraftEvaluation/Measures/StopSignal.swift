/// Whether running work should end: asked between prompts and passes, and while decoding.
public struct StopSignal {
  private let ask: () -> Bool

  /// A signal that is raised whenever `ask` says so.
  public init(_ ask: @escaping () -> Bool) { self.ask = ask }

  /// A signal that is never raised.
  public static var never: StopSignal { StopSignal { false } }

  /// Whether the work should end now.
  public var isRaised: Bool { ask() }

  /// A signal that is raised where this one is, or where `other` says so.
  public func or(_ other: @escaping () -> Bool) -> StopSignal {
    StopSignal { [ask] in ask() || other() }
  }

  /// Ends the work where the signal is raised.
  ///
  /// - Throws: `interrupted`.
  public func check() throws(EvaluationError) {
    if isRaised { throw .interrupted }
  }
}
