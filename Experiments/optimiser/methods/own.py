"""This package's optimisers, through the program ask-tell."""
import pathlib

from lines import Lines

from . import Method

PROGRAM = pathlib.Path(__file__).resolve().parents[3] / ".build/release/ask-tell"


class _AskTell(Method):
    name = ""
    fields = {}

    def __init__(self, problem, seed, budget):
        super().__init__(problem, seed, budget)
        self.program = Lines([PROGRAM])
        self.program.ask(self._request(seed, method=self.name, budget=budget, **self._fields()))

    def _fields(self):
        return {}

    def _request(self, seed, **fields):
        return self.problem.request(seed, **fields)

    def inside(self, point):
        """A point of the problem as the optimiser knows it, and back."""
        return point

    def outside(self, point):
        return point

    def tell(self, point, observation):
        composite = self.problem.costs is not None
        entry = {"point": self.inside(point), "value": observation.latent if composite else observation.value}
        if observation.variance:
            entry["variance"] = observation.variance
        if observation.chunks:
            entry["sample"] = observation.chunks
        self.program.ask({"tell": [entry]})

    def ask(self):
        points = self.program.ask({"ask": 1})["points"]
        return self.outside(points[0]) if points else None

    def recommend(self):
        (best,) = self.program.ask({"best": 1})["best"]
        return self.outside(best["point"]), best["mean"]

    def close(self):
        self.program.close()


class Gp(_AskTell):
    name = "gp"


class GpWithScreen(_AskTell):
    name = "gp"

    def _fields(self):
        return {"importance": list(self.problem.screen)}


class Random(_AskTell):
    name = "random"


class Annealing(_AskTell):
    name = "annealing"


class Greedy(_AskTell):
    """Flips one bit after the other of the best set, and keeps what measures better."""
    name = "greedy"
