import Foundation
import Inference

/// What the passes of self-speculative decoding cost on one machine with one model: linear
/// functions of what a pass runs, fitted to timed passes (`CostMeasurement`).
///
/// All layers have the same shape, so a draft step's time depends on how many attention and MLP
/// sub-layers it runs in each precision, not on which:
///
///     t = constant + Σ (a·attention + m·MLP + h·share of the head) + k·(attention · context)
///
/// with a sum over the precisions, and where the sub-layers' weights are more than what stays in the
/// processor's cache from one step to the next, something for the rest. The first step of a round
/// has coefficients of its own: it follows a verification, which leaves other weights in the cache
/// than a draft step does.
public struct CostModel: Hashable, Sendable {
  /// The model's shape.
  public var shape: DraftShape
  /// Seconds of one token of plain decoding without context.
  public var plain: Double
  /// Seconds of one token of plain decoding for each position of context.
  public var plainContext: Double
  /// The first draft step of a round.
  public var firstStep: DraftStep
  /// The others.
  public var laterStep: DraftStep
  /// [r − 1]: seconds of a verification of r rows without context.
  public var verification: [Double]
  /// Seconds of a verification per row and position of context.
  public var verificationContext: Double
  /// Relative residuals of the fit, root mean square without the outliers: of plain tokens, draft
  /// steps, and verifications.
  public var residuals: Residuals
  /// The mean context of the passes it was fitted to.
  public var meanContext: Double

  /// How far timed passes lie from the model.
  public struct Residuals: Hashable, Sendable {
    /// Of plain tokens.
    public var plain: Double
    /// Of draft steps.
    public var draft: Double
    /// Of verifications.
    public var verification: Double
    /// Timed passes that the fit is over.
    public var passes: Int

    package init(plain: Double, draft: Double, verification: Double, passes: Int) {
      self.plain = plain
      self.draft = draft
      self.verification = verification
      self.passes = passes
    }
  }

  package init(
    shape: DraftShape, plain: Double, plainContext: Double, firstStep: DraftStep,
    laterStep: DraftStep, verification: [Double], verificationContext: Double,
    residuals: Residuals, meanContext: Double
  ) {
    self.shape = shape
    self.plain = plain
    self.plainContext = plainContext
    self.firstStep = firstStep
    self.laterStep = laterStep
    self.verification = verification
    self.verificationContext = verificationContext
    self.residuals = residuals
    self.meanContext = meanContext
  }

  /// The model's layers.
  public var layerCount: Int { shape.layerCount }

  /// Seconds of a plain token with `context` positions before it.
  public func plainSeconds(context: Double) -> Double { plain + plainContext * context }

  /// Seconds of a verification.
  public func verificationSeconds(rows: Int, context: Double) -> Double {
    precondition(rows >= 1)
    let known = min(rows, verification.count)
    // Beyond what was measured, each row costs what the last ones did.
    let slope =
      verification.count > 1
      ? (verification[verification.count - 1] - verification[0])
        / Double(verification.count - 1) : 0
    return verification[known - 1] + Double(rows - known) * slope
      + verificationContext * Double(rows) * context
  }

  /// The costs of rounds with one draft model.
  public func costs(of draft: DraftModel) -> RoundCosts {
    RoundCosts(model: self, load: DraftLoad(draft, of: shape))
  }
}
