import Foundation
import Inference

/// What the passes of self-speculative decoding cost on one machine with one model: linear
/// functions of what a pass runs, fitted to timed passes (`CostMeasurement`).
///
/// All layers have the same shape, so a draft step's time depends on how many attention and MLP
/// sub-layers it runs, not on which: t = head + a·(attention) + m·(MLP) + k·(attention · context),
/// and where the sub-layers' weights are more than what stays in the processor's cache from one
/// step to the next, something for the rest. The first step of a round has coefficients of its own:
/// it follows a verification, which leaves other weights in the cache than a draft step does.
public struct CostModel: Hashable, Sendable {
  /// Seconds of a draft step: the fixed part (embedding, head, choosing the token), a part per
  /// attention and per MLP sub-layer, and one per attention sub-layer and position of context.
  public struct DraftStep: Hashable, Sendable {
    /// Seconds of embedding, head and choosing the token.
    public var fixed: Double
    /// Seconds of an attention sub-layer without context.
    public var attention: Double
    /// Seconds of an MLP sub-layer.
    public var mlp: Double
    /// Seconds of an attention sub-layer for each position of context.
    public var attentionContext: Double
    /// Seconds for each byte of the sub-layers' weights beyond `cachedBytes`.
    public var uncachedByte: Double
    /// Bytes of weights that stay in the processor's cache from one step to the next.
    public var cachedBytes: Double

    /// Seconds with so many sub-layers and positions before the token.
    func seconds(_ load: DraftLoad, context: Double) -> Double {
      zip(load.features(context: context, cachedBytes: cachedBytes), coefficients)
        .reduce(0) { $0 + $1.0 * $1.1 }
    }

    /// In the order of `DraftLoad.features`.
    var coefficients: [Double] { [fixed, attention, mlp, attentionContext, uncachedByte] }

    /// Coefficients in the order of `DraftLoad.features`.
    package init(coefficients: [Double], cachedBytes: Double) {
      fixed = coefficients[0]
      attention = coefficients[1]
      mlp = coefficients[2]
      attentionContext = coefficients[3]
      uncachedByte = coefficients[4]
      self.cachedBytes = cachedBytes
    }
  }

  /// The model's layers.
  public var layerCount: Int
  /// Seconds of one token of plain decoding without context.
  public var plain: Double
  /// Seconds of one token of plain decoding for each position of context.
  public var plainContext: Double
  /// The first draft step of a round.
  public var firstStep: DraftStep
  /// The others.
  public var laterStep: DraftStep
  /// Bytes of weights of one attention sub-layer.
  public var attentionBytes: Double
  /// Bytes of weights of one MLP sub-layer.
  public var mlpBytes: Double
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
    layerCount: Int, plain: Double, plainContext: Double, firstStep: DraftStep,
    laterStep: DraftStep, attentionBytes: Double, mlpBytes: Double, verification: [Double],
    verificationContext: Double, residuals: Residuals, meanContext: Double
  ) {
    self.layerCount = layerCount
    self.plain = plain
    self.plainContext = plainContext
    self.firstStep = firstStep
    self.laterStep = laterStep
    self.attentionBytes = attentionBytes
    self.mlpBytes = mlpBytes
    self.verification = verification
    self.verificationContext = verificationContext
    self.residuals = residuals
    self.meanContext = meanContext
  }

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
    RoundCosts(
      model: self,
      load: DraftLoad(
        draft, layerCount: layerCount, attentionBytes: attentionBytes, mlpBytes: mlpBytes))
  }
}
