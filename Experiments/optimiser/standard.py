"""Standard binary functions, each XOR-masked by the seed so that no special vector is the optimum.

- LABS-50: low-autocorrelation binary sequences, merit factor N²/(2E) (Packebusch and Mertens 2016);
  the best of 50 is E = 153. It has no low-order structure.
- Contamination control of 25 stages (Hu et al. 2010), as in BOCS (Baptista and Poloczek, ICML 2018):
  100 simulations, λ = 0.01.
- Weighted MaxSAT of 28, 43 and 60 variables. The literature takes three instances of the MaxSAT
  Evaluation 2018 (maxcut-johnson8-2-4, maxcut-hamming8-2, frb10-6-4). With `--maxsat FOLDER` those
  files are read; without, instances of the same make are drawn: maximum cut of the Johnson graph
  J(8,2,4) with random weights, of 43 vertices of the Hamming graph H(8,2), and an independent set of
  Model RB with 10 groups of 6. They are not the competition's, so values compare within this table only.
"""
import itertools
import pathlib
import random

import numpy

from problem import Observation, Problem

MAXSAT_FILES = {
    28: "maxcut-johnson8-2-4.clq.wcnf", 43: "maxcut-hamming8-2.clq.wcnf", 60: "frb-frb10-6-4.wcnf"}


class Standard(Problem):
    """A noiseless function of XOR-masked bits; 20 random points to start from, as in the literature."""

    def __init__(self, name, bits, seed):
        self.name, self.bits, self.seed = name, bits, seed
        mask = random.Random(f"mask/{name}/{seed}")
        self.mask = [mask.random() < 0.5 for _ in range(bits)]
        draw = random.Random(f"design/{name}/{seed}")
        self.design = ["".join("01"[draw.random() < 0.5] for _ in range(bits)) for _ in range(20)]

    def value(self, bits):
        raise NotImplementedError

    def truth(self, point):
        return float(self.value(
            numpy.array([(bit == "1") != flip for bit, flip in zip(point, self.mask)])))

    def measure(self, point, draw):
        return Observation(self.truth(point))


class Labs(Standard):
    def __init__(self, seed):
        super().__init__("labs-50", 50, seed)

    def value(self, bits):
        signs = 2 * bits.astype(int) - 1
        energy = sum(int(signs[:-k] @ signs[k:]) ** 2 for k in range(1, self.bits))
        return self.bits**2 / (2 * energy)

    def best_value(self):
        return 50**2 / (2 * 153)


class Contamination(Standard):
    """Minimised in the literature; here the negative."""

    def __init__(self, seed):
        super().__init__("contamination-25", 25, seed)
        draw = numpy.random.default_rng(1)  # one instance, whatever the seed
        self.start = draw.beta(1, 30, 100)
        self.spread = draw.beta(1, 17 / 3, (25, 100))
        self.restored = draw.beta(1, 3 / 7, (25, 100))

    def value(self, bits):
        fraction, total = self.start, 0.0
        for stage, prevented in enumerate(bits):
            fraction = (
                (1 - self.restored[stage]) * fraction if prevented
                else self.spread[stage] * (1 - fraction) + fraction)
            total += prevented - (numpy.mean(fraction < 0.1) - 0.95) + 0.01 * prevented
        return -total


class MaxSat(Standard):
    """The standardised weights of the satisfied clauses."""

    def __init__(self, variables, seed, folder=None):
        super().__init__(f"wmaxsat-{variables}", variables, seed)
        weights, clauses = (
            _read(pathlib.Path(folder) / MAXSAT_FILES[variables]) if folder
            else _drawn(variables))
        weights = numpy.array(weights, dtype=float)
        spread = weights.std()
        self.weights = (weights - weights.mean()) / (spread if spread > 0 else 1)
        longest = max(map(len, clauses))
        padded = [clause + clause[:1] * (longest - len(clause)) for clause in clauses]
        self.which = numpy.abs(padded) - 1
        self.positive = numpy.array(padded) > 0

    def value(self, bits):
        return self.values(bits[None])[0]

    def values(self, bits):
        """Of each row."""
        return (bits[:, self.which] == self.positive).any(axis=2) @ self.weights

    def best_value(self):
        """The best of 60 steepest ascents over flips, then pairs of flips."""
        draw, best = numpy.random.default_rng(5), -numpy.inf
        flips = numpy.eye(self.bits, dtype=bool)
        first, second = numpy.triu_indices(self.bits, 1)
        pairs = flips[first] ^ flips[second]
        for _ in range(60):
            bits = draw.random(self.bits) < 0.5
            value, moves = self.value(bits), flips
            while True:
                values = self.values(bits ^ moves)
                if values.max() > value + 1e-9:
                    bits, value, moves = bits ^ moves[values.argmax()], values.max(), flips
                elif moves is flips:
                    moves = pairs
                else:
                    break
            best = max(best, value)
        return float(best)


def _read(path):
    weights, clauses = [], []
    for line in path.read_text().splitlines():
        if line and line[0] not in "cp":
            weight, *literals, _ = line.split()
            weights.append(float(weight))
            clauses.append([int(l) for l in literals])
    return weights, clauses


def _drawn(variables):
    draw = random.Random(f"maxsat/{variables}")
    if variables == 60:
        # At most one of each group of 6, and of each of 225 random pairs across groups (hard
        # clauses, heavy), and each variable by itself (soft).
        pairs = [p for g in range(10) for p in itertools.combinations(range(6 * g, 6 * g + 6), 2)]
        across = [p for p in itertools.combinations(range(60), 2) if p[0] // 6 != p[1] // 6]
        pairs += draw.sample(across, 225)
        clauses = [[-(a + 1), -(b + 1)] for a, b in pairs] + [[v + 1] for v in range(60)]
        return [60.0] * len(pairs) + [1.0 + draw.random() for _ in range(60)], clauses
    if variables == 28:
        names = [sum(1 << i for i in pair) for pair in itertools.combinations(range(8), 2)]
        apart = 4
    else:
        names, apart = draw.sample(range(256), 43), 2
    edges = [
        (a, b) for a, b in itertools.combinations(range(variables), 2)
        if bin(names[a] ^ names[b]).count("1") >= apart]
    weights, clauses = [], []
    for a, b in edges:
        weight = draw.randint(1, 10)
        weights += [weight, weight]
        clauses += [[a + 1, b + 1], [-(a + 1), -(b + 1)]]
    return weights, clauses
