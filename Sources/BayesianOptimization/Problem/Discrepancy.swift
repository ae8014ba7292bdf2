import Foundation

/// What the model leaves out of the latent: noise of variance κ²·s² at a point that falls short of the
/// best one by s, with κ one hyper-parameter.
///
/// Effects add up where little is lost, and cease to where much is: of two sub-layers of which one must
/// stay, skipping both costs far more than each alone. Told as exact, bad points have the linear terms
/// explain them at the expense of the good ones, whose values are all that matters; told with a
/// discrepancy in proportion to how bad they are, they still say what is bad, but not to the last
/// digit. It is the inadequacy term of Kennedy and O'Hagan (*Bayesian Calibration of Computer Models*,
/// JRSS B 2001), independent from point to point, with a scale that the objective gives.
///
/// On the reference model evaluated without noise, two searches of 200 trials had regrets of 1.2% after 60
/// and 0.3% after 200; without the discrepancy 4.3% and 1.9%, one of them held for 130 trials by the
/// belief that an MLP is worth a quarter of the speed. With noise of 2.5% a trial (six searches with a
/// screen): 2.5% after 60 and 1.5% after 200; without, 3.7% and 1.3%. On synthetic skip sets of 64 bits,
/// where effects do add up, κ becomes small: 1.6% and 1.2% after 200 without a screen and with one, where
/// no discrepancy gives 1.3% and 1.2% (standard errors 0.13).
///
/// What was worse: κ fixed at 0.25 or 0.5 (on synthetic sets up to twice the regret, and with noise on the
/// reference model as well), the shortfall of the observed value instead of the best estimate (lucky
/// points keep their luck), and squeezing bad values together before the model sees them.
struct Discrepancy: Sendable {
  /// What is known of the problem.
  let composition: Composition?
  /// The best objective known.
  let best: Double
  /// No shortfall is larger.
  let largest: Double

  /// log κ²: κ about a tenth, known within a factor of e.
  static let prior = LogNormalPrior(mean: 2 * log(0.1), standardDeviation: 2)

  /// By how much the latent of a point is too low for the best objective, in units of the latent: to
  /// first order, as a point that costs too much has no latent that is high enough.
  func shortfall(latent: Double, cost: Double) -> Double {
    guard let objective = composition?.objective else {
      return min(largest, max(0, best - latent))
    }
    let value = objective.value(latent: latent, cost: cost)
    guard value < best else { return 0 }
    let step = 0.005 * largest
    let slope =
      (objective.value(latent: latent + step, cost: cost)
        - objective.value(latent: latent - step, cost: cost)) / (2 * step)
    return slope * largest > best - value ? (best - value) / slope : largest
  }
}
