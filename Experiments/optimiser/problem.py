"""What every problem of the comparison offers to every method."""
import dataclasses
import hashlib
import random

import numpy


@dataclasses.dataclass(frozen=True)
class Observation:
    """One noisy measurement of a point."""
    value: float  # of the objective, as a black box sees it; to be maximised
    latent: float | None = None  # where costs are known: the logit of the acceptance
    variance: float = 0.0  # of the latent's noise, as far as it is known
    chunks: tuple[int, ...] | None = None  # of positions that it was measured on, where known


def best_speedup(acceptance, cost, verification_costs):
    """The largest over 1, 2, … drafts of expected tokens per round over the round's cost, drafts being
    accepted independently (numbers or arrays)."""
    emitted, power, best = 1.0, 1.0, 0.0
    for drafts, verification in enumerate(verification_costs, 1):
        power = power * acceptance
        emitted = emitted + power
        best = numpy.maximum(best, emitted / (drafts * cost + verification))
    return best


class Problem:
    """Points are strings of 0 and 1. Subclasses set the attributes and define `truth` and `measure`;
    `costs` and `screen` stay None where nothing is known."""
    name = ""
    seed = 0
    bits = 0
    layers = None  # where the bits are the attention blocks and then the MLPs of so many layers
    design = ()  # points that every method starts from
    base_cost = 0.0
    costs = None  # of a draft step: base_cost + the sum of those of bits that are 0
    pair_costs = ()  # [bit, bit, cost], of pairs of bits that are both 0, besides
    prerequisites = ()  # [bit, the bit that must be 1 where it is]
    verification_costs = None  # of 1, 2, … drafts
    screen = None  # harm of each bit alone, from cheap passes
    screen_trials = 0  # what the screen costs, in trials

    def truth(self, point):
        """The noiseless objective."""
        raise NotImplementedError

    def measure(self, point, draw):
        """An `Observation`; `draw` is a random.Random."""
        raise NotImplementedError

    def best_value(self):
        """The largest `truth`, or the largest known; None where it is to be taken from the runs."""
        return None

    def observe(self, point, repetition=0):
        """A measurement whose noise depends on problem, seed, point and repetition alone: methods that
        try the same point see the same."""
        key = f"{self.name}/{self.seed}/{point}/{repetition}".encode()
        return self.measure(point, random.Random(hashlib.sha256(key).digest()))

    def known_sets(self):
        """Sets that one would try anyway: uniform, every third, alternating, the middle."""
        n = self.layers
        rules = [
            (lambda l: l % 2 == 0, lambda l: l % 2 == 1), (lambda l: l % 3 == 0, lambda l: l % 3 == 1),
            (lambda l: l % 2 == 0, lambda l: l % 2 == 0),
            (lambda l: n / 3 <= l < 3 * n / 4, lambda l: False),
            (lambda l: l % 2 == 0, lambda l: l % 3 != 0), (lambda l: l % 4 == 1, lambda l: l % 4 == 3)]
        inside = lambda rule, l: "1" if 0 < l < n - 1 and rule(l) else "0"
        return [
            "".join(inside(a, l) for l in range(n)) + "".join(inside(m, l) for l in range(n))
            for a, m in rules]

    def random_sets(self, count):
        """Random points from light to heavy, 5% to 65% ones."""
        draw = random.Random(f"design/{self.name}/{self.seed}")
        shares = [0.05 + 0.6 * (k + 0.5) / count for k in range(count)]
        return ["".join("01"[draw.random() < share] for _ in range(self.bits)) for share in shares]

    def cost(self, point):
        """The known cost of a draft step."""
        return self.base_cost + sum(c for c, bit in zip(self.costs, point) if bit == "0") + sum(
            c for i, j, c in self.pair_costs if point[i] == point[j] == "0")

    def choices(self):
        """How many levels each choice has, in order, for methods that know more than bits."""
        return [2] * self.bits

    def thermometer(self):
        """Which choice each bit is of, and from which of its levels on it is 1."""
        return [(i, 1) for i in range(self.bits)]

    def encode(self, levels):
        """The point of a level for each choice."""
        return "".join("01"[levels[choice] >= level] for choice, level in self.thermometer())

    def decode(self, point):
        """A level for each choice."""
        levels = [0] * len(self.choices())
        for bit, (choice, _) in zip(point, self.thermometer()):
            levels[choice] += int(bit)
        assert self.encode(levels) == point
        return levels

    def request(self, seed, **fields):
        """The first line for ask-tell."""
        problem = {"dimension": self.bits, "seed": seed, **fields}
        if self.prerequisites:
            problem |= {"prerequisites": self.prerequisites, "positions": self.positions}
        elif self.layers:
            problem["places"] = [[i // self.layers, i % self.layers] for i in range(self.bits)]
        if self.costs:
            problem["composition"] = {
                "base_cost": self.base_cost, "costs": list(self.costs),
                "verification_costs": list(self.verification_costs), "link": "logit"}
            if self.pair_costs:
                problem["composition"]["pair_costs"] = self.pair_costs
        return problem
