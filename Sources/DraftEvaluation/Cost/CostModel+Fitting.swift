import Foundation
import Inference
import LinearAlgebra
import Statistics

extension CostModel {
  /// Fits a model to timed passes.
  ///
  /// Relative least squares, each pass weighted by the inverse of its time, with Tukey's biweight
  /// against the passes that something else on the machine interrupted: iteratively reweighted,
  /// with the median absolute deviation as scale (Holland and Welsch 1977). Decoding is interrupted
  /// too: so the times of each kind of pass are then scaled to the sum of its passes, with none
  /// counted for more than three times what the fit says.
  ///
  /// - Parameters:
  ///   - passes: at least one plain token, one first and one later draft step, and verifications.
  ///   - shape: the model's.
  ///   - maximumRows: the most rows of a verification that will be asked for.
  init(fitting passes: [TimedPass], shape: DraftShape, maximumRows: Int) {
    // Where the context would explain more than everything, it explains nothing: nothing takes less
    // than no time.
    func plainTokens(byContext: Bool) -> RobustFit {
      RobustFit(
        passes.compactMap { pass in
          guard case .plain = pass.kind else { return nil }
          return ([1, byContext ? Double(pass.context) : 0], pass.seconds)
        }, nonnegativeFrom: 1)
    }
    var plainFit = plainTokens(byContext: true)
    if plainFit.coefficients[0] <= 0 { plainFit = plainTokens(byContext: false) }
    func steps(first: Bool) -> StepFit? {
      StepFit(
        passes.compactMap { pass in
          guard case .draft(first, let load) = pass.kind else { return nil }
          return (load, Double(pass.context), pass.seconds)
        })
    }
    guard let first = steps(first: true) else { preconditionFailure("no draft steps were timed") }
    // Rounds of one step have no later ones.
    let later = steps(first: false) ?? first

    // A level per number of rows, and one slope.
    let rows = Set(
      passes.compactMap { pass -> Int? in
        guard case .verification(let rows) = pass.kind else { return nil }
        return rows
      }
    ).sorted()
    func verifications(byContext: Bool) -> RobustFit {
      RobustFit(
        passes.compactMap { pass in
          guard case .verification(let count) = pass.kind else { return nil }
          let slope = byContext ? Double(count * pass.context) : 0
          return (rows.map { $0 == count ? 1 : 0 } + [slope], pass.seconds)
        }, nonnegativeFrom: rows.count)
    }
    var verificationFit = verifications(byContext: true)
    if verificationFit.coefficients.prefix(rows.count).allSatisfy({ $0 <= 0 }) {
      verificationFit = verifications(byContext: false)
    }
    // A number of rows whose few passes were all disturbed has no level of its own.
    let levels = zip(rows, verificationFit.coefficients).filter { $0.1 > 0 }

    let drafts = first.residuals + later.residuals
    self.init(
      shape: shape, plain: plainFit.coefficients[0],
      plainContext: plainFit.coefficients[1], firstStep: first.step, laterStep: later.step,
      verification: (1...maximumRows).map { Self.interpolate(levels, at: $0) },
      verificationContext: verificationFit.coefficients[rows.count],
      residuals: Residuals(
        plain: rootMeanSquare(plainFit.residuals), draft: rootMeanSquare(drafts),
        verification: rootMeanSquare(verificationFit.residuals), passes: passes.count),
      meanContext: passes.reduce(0) { $0 + Double($1.context) } / Double(passes.count))
    scaleToSums(of: passes)
  }

  private mutating func scaleToSums(of passes: [TimedPass]) {
    func factor(_ belongs: (TimedPass.Kind) -> Bool) -> Double {
      var sums = (timed: 0.0, fitted: 0.0)
      for pass in passes where belongs(pass.kind) {
        let fitted = seconds(of: pass)
        sums.timed += min(pass.seconds, 3 * fitted)
        sums.fitted += fitted
      }
      return sums.fitted > 0 ? sums.timed / sums.fitted : 1
    }
    let plainFactor = factor { $0 == .plain }
    let verificationFactor = factor { if case .verification = $0 { true } else { false } }
    let firstFactor = factor { if case .draft(true, _) = $0 { true } else { false } }
    let laterFactor = factor { if case .draft(false, _) = $0 { true } else { false } }
    plain *= plainFactor
    plainContext *= plainFactor
    verification = verification.map { $0 * verificationFactor }
    verificationContext *= verificationFactor
    firstStep = firstStep.scaled(by: firstFactor)
    laterStep = laterStep.scaled(by: laterFactor)
  }

  private func seconds(of pass: TimedPass) -> Double {
    let context = Double(pass.context)
    switch pass.kind {
    case .plain: return plainSeconds(context: context)
    case .draft(let isFirst, let load):
      return (isFirst ? firstStep : laterStep).seconds(load, context: context, shape: shape)
    case .verification(let rows): return verificationSeconds(rows: rows, context: context)
    }
  }

  /// Linear between the rows measured, and beyond them as between the outermost two.
  private static func interpolate(_ levels: [(Int, Double)], at rows: Int) -> Double {
    guard levels.count > 1 else { return levels[0].1 }
    let right = min(
      max(levels.firstIndex { $0.0 >= rows } ?? levels.count - 1, 1), levels.count - 1)
    let (low, high) = (levels[right - 1], levels[right])
    let share = Double(rows - low.0) / Double(high.0 - low.0)
    return max(low.1 + share * (high.1 - low.1), min(low.1, high.1) * 0.5)
  }
}

/// Draft steps' times as a function of what they run, with the cache's size that explains them
/// best.
private struct StepFit {
  let step: CostModel.DraftStep
  let residuals: [Double]

  /// Nil for no samples.
  init?(_ samples: [(load: DraftLoad, context: Double, seconds: Double)]) {
    guard !samples.isEmpty else { return nil }
    let features = DraftFeatures(samples.map(\.load))
    let sizes = Set(samples.map(\.load.bytes)).sorted()
    var best: (fit: RobustFit, kink: Double)?
    func consider(_ kink: Double) {
      let fit = RobustFit(
        samples.map {
          ($0.load.features(features, context: $0.context, cachedBytes: kink), $0.seconds)
        },
        nonnegativeFrom: 0)
      if fit.loss < best?.fit.loss ?? .infinity { best = (fit, kink) }
    }
    // Among sizes between those seen, then finer about the best of them.
    let (low, high) = (sizes[0], sizes[sizes.count - 1])
    let spacing = (high - low) / 10
    for index in 1..<10 { consider(low + Double(index) * spacing) }
    if let coarse = best?.kink {
      for index in -4...4 where index != 0 { consider(coarse + Double(index) * spacing / 5) }
    }
    // A kink must earn its two parameters.
    let straight = RobustFit(
      samples.map {
        ($0.load.features(features, context: $0.context, cachedBytes: high), $0.seconds)
      },
      nonnegativeFrom: 0)
    if straight.loss < (best?.fit.loss ?? .infinity) * 1.01 { best = (straight, high) }
    guard let best else { return nil }
    residuals = best.fit.residuals
    step = CostModel.DraftStep(
      coefficients: best.fit.coefficients, features, cachedBytes: best.kink)
  }
}

/// A relative linear fit that outliers do not move.
struct RobustFit {
  private(set) var coefficients: [Double]
  /// (prediction − time) / prediction of the passes that count.
  private(set) var residuals: [Double] = []
  /// The residuals' standard deviation, estimated by the median of their sizes.
  private(set) var scale = Double.infinity
  /// The mean size of the residuals of all passes, none counted for more than a half: by this, fits
  /// are compared. By their scales, one that gives up the few passes that tell would win.
  private(set) var loss = Double.infinity

  /// - Parameters:
  ///   - samples: features and seconds > 0.
  ///   - first: coefficients from here on cannot be negative: costs never are, and a slope that
  ///     comes out so is noise. Those are fixed at zero, the most negative first.
  init(_ samples: [(features: [Double], seconds: Double)], nonnegativeFrom first: Int) {
    precondition(!samples.isEmpty)
    var active = Array(samples[0].features.indices)
    coefficients = []
    while true {
      fit(samples, active)
      let negative = active.filter { $0 >= first && coefficients[$0] < 0 }
      guard let worst = negative.min(by: { coefficients[$0] < coefficients[$1] }),
        active.count > 1
      else { return }
      active.removeAll { $0 == worst }
    }
  }

  private mutating func fit(
    _ samples: [(features: [Double], seconds: Double)], _ active: [Int]
  ) {
    var weights = samples.map { 1 / $0.seconds }
    for _ in 0..<12 {
      let solution = leastSquares(
        zip(samples, weights).map { sample, weight in
          active.map { sample.features[$0] * weight }
        },
        zip(samples, weights).map { $0.seconds * $1 })
      coefficients = Array(repeating: 0, count: samples[0].features.count)
      for (index, value) in zip(active, solution) { coefficients[index] = value }
      let errors = samples.map { sample in
        let prediction = max(orderedDot(coefficients, sample.features), 1e-12)
        return (prediction, (prediction - sample.seconds) / prediction)
      }
      // 1.4826 times the median absolute deviation estimates a normal distribution's standard
      // deviation.
      scale = max(1.4826 * median(errors.map { abs($0.1) }), 1e-4)
      loss = errors.reduce(0) { $0 + min(abs($1.1), 0.5) } / Double(errors.count)
      let cut = 4.685 * scale
      residuals = errors.map(\.1).filter { abs($0) < cut }
      weights = errors.map { prediction, error in
        let share = error / cut
        return abs(share) < 1 ? (1 - share * share) / prediction : 0
      }
    }
  }
}

private func rootMeanSquare(_ values: [Double]) -> Double {
  values.isEmpty
    ? 0 : (values.reduce(0) { $0 + $1 * $1 } / Double(values.count)).squareRoot()
}
