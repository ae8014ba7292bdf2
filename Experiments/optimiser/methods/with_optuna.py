"""Optuna 5: the TPE sampler and the Gaussian-process sampler; bits are categories, ordered choices of more
levels integers."""
import optuna

from . import Method

optuna.logging.set_verbosity(optuna.logging.ERROR)


class _Optuna(Method):
    def __init__(self, problem, seed, budget):
        super().__init__(problem, seed, budget)
        self.space = {
            f"x{i}": optuna.distributions.CategoricalDistribution((0, 1)) if levels == 2
            else optuna.distributions.IntDistribution(0, levels - 1)
            for i, levels in enumerate(problem.choices())}
        self.study = optuna.create_study(direction="maximize", sampler=self.sampler(seed))
        self.asked = {}

    def ask(self):
        trial = self.study.ask(self.space)
        point = self.problem.encode([trial.params[f"x{i}"] for i in range(len(self.space))])
        self.asked[point] = trial
        return point

    def tell(self, point, observation):
        super().tell(point, observation)
        trial = self.asked.pop(point, None)
        if trial is not None:
            self.study.tell(trial, observation.value)
        else:
            self.study.add_trial(optuna.trial.create_trial(
                params={f"x{i}": level for i, level in enumerate(self.problem.decode(point))},
                distributions=self.space, value=observation.value))


class Tpe(_Optuna):
    def sampler(self, seed):
        return optuna.samplers.TPESampler(seed=seed)


class Gp(_Optuna):
    def sampler(self, seed):
        return optuna.samplers.GPSampler(seed=seed)
