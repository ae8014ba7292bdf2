"""bayesian-optimization as Draft & Verify uses it: one coordinate in [0, 1] per sub-layer, a
sub-layer is skipped above 0.5 (of a choice with more levels the coordinate's range is divided evenly
among them), the model is told the coordinates as suggested, UCB with the package's
kappa, alpha = 1e-2.

Two concessions to time. The package leaves the gradient of its acquisition function to finite differences
of one point each (12 s a proposal of 64 coordinates): here the same differences are taken in one batch.
And from the 200th trial on the lengthscale is fitted at every tenth proposal only, with all of the
package's restarts, where the package fits it anew each time (which no run of 200 trials notices).
"""
import warnings

import bayes_opt.acquisition
import numpy
import scipy.optimize
from bayes_opt import BayesianOptimization
from bayes_opt.acquisition import UpperConfidenceBound

from . import Method

STEP = 1.4901161193847656e-08  # scipy's for two-point differences


def _minimize(function, start, bounds, **options):
    def value_and_gradient(x):
        steps = numpy.where(x + STEP <= bounds[:, 1], STEP, -STEP)
        values = function(numpy.vstack([x, x + numpy.diag(steps)]))
        return values[0], (values[1:] - values[0]) / steps

    return scipy.optimize.minimize(value_and_gradient, start, jac=True, bounds=bounds, **options)


bayes_opt.acquisition.minimize = _minimize


class DraftAndVerify(Method):
    def __init__(self, problem, seed, budget):
        super().__init__(problem, seed, budget)
        warnings.filterwarnings("ignore")
        self.optimizer = BayesianOptimization(
            None, {f"x{i:03}": (0, 1) for i in range(len(problem.choices()))},
            acquisition_function=UpperConfidenceBound(kappa=2.576), random_state=seed,
            allow_duplicate_points=True, verbose=0)
        self.optimizer.set_gp_params(alpha=1e-2)
        self.kernel = self.optimizer._gp.kernel
        self.suggested = {}

    def ask(self):
        process = self.optimizer._gp
        is_fitted = len(self.told) < 200 or len(self.told) % 10 == 0
        process.set_params(optimizer="fmin_l_bfgs_b" if is_fitted else None)
        if hasattr(process, "kernel_"):
            process.set_params(kernel=process.kernel_ if not is_fitted else self.kernel)
        suggestion = self.optimizer.suggest()
        point = self.problem.encode([
            sum(bool(suggestion[f"x{i:03}"] > k / levels) for k in range(1, levels))
            for i, levels in enumerate(self.problem.choices())])
        self.suggested[point] = suggestion
        return point

    def tell(self, point, observation):
        super().tell(point, observation)
        suggestion = self.suggested.pop(point, None) or {
            f"x{i:03}": level / (levels - 1) for i, (level, levels) in enumerate(
                zip(self.problem.decode(point), self.problem.choices()))}
        self.optimizer.register(params=suggestion, target=observation.value)
