"""The methods that are compared, by name.

A method is made from (problem, seed, budget); it is told the initial design's observations, then
asked for a point and told what was seen, until the budget is spent or `ask` returns None.
`recommend` returns the point that a user of the method would take, and the value that it reports.
"""
import importlib

_MODULES = {
    "gp": ("own", "Gp"), "gp-screen": ("own", "GpWithScreen"),
    "gp-one-precision": ("codings", "OnePrecision"),
    "gp-precision-per-kind": ("codings", "PrecisionPerKind"),
    "random": ("own", "Random"), "annealing": ("own", "Annealing"), "greedy": ("own", "Greedy"),
    "greedy-screen": ("sets", "GreedyByScreen"), "uniform": ("sets", "Uniform"),
    "dp-layers": ("sets", "LayerProgramme"), "dp-sublayers": ("sets", "SubLayerProgramme"),
    "optuna-tpe": ("with_optuna", "Tpe"), "optuna-gp": ("with_optuna", "Gp"),
    "bayes-opt": ("with_bayes_opt", "DraftAndVerify"),
    "botorch": ("with_botorch", "LogEI"), "botorch-composite": ("with_botorch", "Composite"),
}
NAMES = list(_MODULES)
# Frameworks that know nothing of speculative decoding.
GENERAL = ["optuna-tpe", "optuna-gp", "bayes-opt", "botorch", "botorch-composite"]
# Use the screen, and pay for it.
SCREENED = ["gp-screen", "greedy-screen", "dp-layers", "dp-sublayers"]
# Propose skip sets alone.
SKIP_SETS = ["uniform", "dp-layers", "dp-sublayers"]
# Other codings of skip sets with precisions.
CODINGS = ["gp-one-precision", "gp-precision-per-kind"]
# Need known costs.
COMPOSITE = SCREENED + CODINGS + ["uniform", "botorch-composite"]


def method(name, problem, seed, budget):
    module, kind = _MODULES[name]
    module = importlib.import_module(f"methods.{module}")
    return getattr(module, kind)(problem, seed, budget)


class Method:
    """Keeps what was told; recommends the largest observed value unless a subclass knows better."""

    def __init__(self, problem, seed, budget):
        self.problem, self.seed, self.budget = problem, seed, budget
        self.told = []

    def tell(self, point, observation):
        self.told.append((point, observation.value))

    @property
    def design(self):
        """The points to start from."""
        return self.problem.design

    def ask(self):
        raise NotImplementedError

    def recommend(self):
        return max(self.told, key=lambda pair: pair[1])

    def close(self):
        pass
