/// The outcome of one generation.
public struct Generation: Sendable {
  /// Why generation stopped.
  public enum Finish: String, Sendable {
    /// An end-of-text token, which is the last of `ids`.
    case endOfText = "end_of_text"
    /// The requested number of tokens.
    case length
    /// No room for another token: `max_position_embeddings` reached.
    case contextFull = "context_full"
    /// The caller asked to stop.
    case interrupted
  }

  /// One round of drafting and verification.
  public struct Round: Hashable, Sendable {
    /// Tokens drafted.
    public var drafted: Int
    /// Of these, tokens that the full model accepted.
    public var accepted: Int
    /// Of the drafted ones, the first that were looked up in the context.
    public var lookedUp: Int

    /// A round with the counts of what it did.
    public init(drafted: Int, accepted: Int, lookedUp: Int = 0) {
      self.drafted = drafted
      self.accepted = accepted
      self.lookedUp = lookedUp
    }

    /// Of the looked-up ones, tokens that the full model accepted.
    public var acceptedLookedUp: Int { min(lookedUp, accepted) }
  }

  /// How long a pass after the prefill took, choosing its tokens included.
  public struct Timing: Hashable, Sendable {
    /// Tokens in the cache before it: what its first row attends to besides itself.
    public var context: Int
    /// Drafts that were looked up: read by the first draft step, if there is one.
    public var lookedUp = 0
    /// Seconds of each draft step of the round; none in plain decoding.
    public var draftSeconds: [Double]
    /// Seconds of the full model's pass, over one row more than there are drafts.
    public var verificationSeconds: Double
  }

  /// The emitted tokens, without the prompt.
  public var ids: [Int]
  /// Why generation stopped.
  public var finish: Finish
  /// Counts and times.
  public var telemetry: DecodingTelemetry
  /// Every round in order; empty for plain decoding.
  public var rounds: [Round]
  /// The times of every round, or of every token but the first of plain decoding, in order.
  public var timings: [Timing]
}
