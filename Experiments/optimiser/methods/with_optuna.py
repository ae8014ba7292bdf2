"""Optuna 5: the TPE sampler and the Gaussian-process sampler, bits as categories."""
import optuna

from . import Method

optuna.logging.set_verbosity(optuna.logging.ERROR)


class _Optuna(Method):
    def __init__(self, problem, seed, budget):
        super().__init__(problem, seed, budget)
        self.space = {
            f"x{i}": optuna.distributions.CategoricalDistribution((0, 1))
            for i in range(problem.bits)}
        self.study = optuna.create_study(direction="maximize", sampler=self.sampler(seed))
        self.asked = {}

    def ask(self):
        trial = self.study.ask(self.space)
        point = "".join(str(trial.params[f"x{i}"]) for i in range(self.problem.bits))
        self.asked[point] = trial
        return point

    def tell(self, point, observation):
        super().tell(point, observation)
        trial = self.asked.pop(point, None)
        if trial is not None:
            self.study.tell(trial, observation.value)
        else:
            self.study.add_trial(optuna.trial.create_trial(
                params={f"x{i}": int(bit) for i, bit in enumerate(point)},
                distributions=self.space, value=observation.value))


class Tpe(_Optuna):
    def sampler(self, seed):
        return optuna.samplers.TPESampler(seed=seed)


class Gp(_Optuna):
    def sampler(self, seed):
        return optuna.samplers.GPSampler(seed=seed)
