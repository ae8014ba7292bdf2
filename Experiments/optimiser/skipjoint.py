"""SkipJoint: SkipSynth's search of a skip set together with that of precisions.

Each of 2L sub-layers, attention first, has three levels in the order of cost: 8-bit weights, 4-bit
weights, skipped. Besides there are the head, in 8 or 4 bits, and the draft vocabulary, of all tokens, a
half, a quarter or an eighth. Points are thermometer codes: 2L bits that say of each sub-layer whether its
weights have 4 bits or fewer (*low*), 2L that say whether it is skipped, which requires that it is low; then
one bit for the head and a chain of three for the vocabulary.

What skipping does is SkipSynth's. Four bits do a little of the same, and neighbours with four bits a little of
what skipped neighbours cost together; all sub-layers at 4 bits leave 0.84 to 0.96 of the acceptance, at 8 bits
0.977 to 0.998, the head at 4 bits 0.965 to 0.995 (drawn by the seed; measured on three models:
0.85 to 0.97, 0.977 to 0.998, 0.96 to 0.985). Costs are known; the head's is a product of its precision and the
vocabulary, so two of its bits also have costs in pairs.
"""
import math
import random

import numpy

from problem import Observation, Problem, best_speedup
from skipsynth import SCREEN_TRIALS_PER_BIT, synthetic

PRECISIONS = {8: 0.53, 4: 0.28}  # of the bytes of BF16
VOCABULARIES = (1.0, 0.5, 0.25, 0.125)
# Shares of a plain step.
BASE_COST, HEAD_COST = 0.04, 0.2
SUBLAYERS_COST = 1 - BASE_COST - HEAD_COST
VERIFICATION_COSTS = [1.0, 1.0, 1.0, 1.1, 1.2, 1.3, 1.4, 1.45]  # of 1, 2, … drafts
LARGEST = 0.985  # acceptance
LATENT = 4.2  # its logit, of LARGEST, where nothing is changed
# How much of a skipped sub-layer's part in what neighbours cost together one of 4 bits has.
LOW_COUPLING = 0.15


class SkipJoint(Problem):
    """Variants: base; ordinary (skipping harms 2.5 times as much, as in models that nobody trained for
    it); dear (a draft step costs so much more that little or nothing pays: `dear` times)."""

    def __init__(self, layers, seed, variant="base", tokens=256, dear=1.0):
        draw = random.Random(f"skipjoint/{layers}/{seed}")
        self.name = f"skipjoint-{layers}" + ("" if variant == "base" else f"-{variant}")
        self.seed, self.layers, self.count, self.tokens = seed, layers, 2 * layers, tokens
        self.bits = 2 * self.count + len(VOCABULARIES)
        importance, pairs = synthetic(layers, draw)
        skipped = numpy.array(importance) * (2.5 if variant == "ordinary" else 1)
        self.pairs = pairs
        self.harms = numpy.zeros((3, self.count))
        self.harms[2] = skipped
        # What is important skipped is also important to have precisely, but less so.
        pattern = [skipped**0.5 * numpy.exp([0.5 * draw.gauss(0, 1) for _ in skipped]) for _ in range(2)]
        for level, (low, high) in (1, (0.84, 0.96)), (0, (0.977, 0.998)):
            self.scale_harms(level, pattern[level], draw.uniform(low, high))
        self.head_harm = LATENT - logit(sigmoid(LATENT) * draw.uniform(0.965, 0.995))
        losses = sorted(draw.uniform(*ends) for ends in ((0.001, 0.01), (0.01, 0.04), (0.03, 0.1)))
        self.coverage = [1.0] + [1 - loss for loss in losses]
        self.set_costs(dear)
        screened = [
            [harm**0.8 * math.exp(0.5 * draw.gauss(0, 1)) for harm in self.harms[level]] for level in (1, 2)]
        # Of skipping, what it does besides 4 bits; of the four others what is known beforehand.
        self.screen = screened[0] + [max(0, skip - low) for low, skip in zip(*screened)] + [
            0.3, 0.1, 0.5, 0.8]
        self.screen_trials = round(SCREEN_TRIALS_PER_BIT * 2 * self.count)
        self.design = self.known_sets() + self.random_sets(6)

    def scale_harms(self, level, pattern, share):
        """Harms of a level in this pattern, none above nine tenths of the next level's, such that all
        sub-layers there leave this share of the acceptance."""
        low, high = 0.0, 100.0
        goal = share * sigmoid(LATENT)
        for _ in range(60):
            middle = (low + high) / 2
            self.harms[level] = numpy.minimum(middle * pattern, 0.9 * self.harms[level + 1])
            strength = LOW_COUPLING if level == 1 else 0
            eta = LATENT - self.harms[level].sum() - strength**2 * self.pairs.sum() / 2
            low, high = (middle, high) if sigmoid(eta) > goal else (low, middle)

    def set_costs(self, dear):
        n, units = self.count, 3 * self.layers
        shares = [SUBLAYERS_COST * (1 if i < self.layers else 2) / units for i in range(n)]
        eight, four = PRECISIONS[8], PRECISIONS[4]
        vocabulary = [a - b for a, b in zip(VOCABULARIES, VOCABULARIES[1:])]
        head = HEAD_COST * dear
        self.base_cost = dear * BASE_COST + head * four * VOCABULARIES[-1]
        self.costs = [dear * (eight - four) * s for s in shares] + [dear * four * s for s in shares] + [
            head * (eight - four) * VOCABULARIES[-1], *(head * four * v for v in vocabulary)]
        self.pair_costs = [
            [2 * n, 2 * n + 1 + k, head * (eight - four) * v] for k, v in enumerate(vocabulary)]
        self.verification_costs = VERIFICATION_COSTS

    @property
    def prerequisites(self):
        n = self.count
        return [[n + i, i] for i in range(n)] + [[2 * n + 2, 2 * n + 1], [2 * n + 3, 2 * n + 2]]

    @property
    def positions(self):
        return [[i // self.layers, i % self.layers] for i in range(2 * self.count)] + [None] * 4

    def choices(self):
        return [3] * self.count + [2, len(VOCABULARIES)]

    def thermometer(self):
        n = self.count
        return [(i, level) for level in (1, 2) for i in range(n)] + [(n, 1)] + [
            (n + 1, level) for level in range(1, len(VOCABULARIES))]

    def known_sets(self):
        """Drafts that one would try anyway: all at 8 bits; all at 4; the same with a small head; and at 4
        bits with whole layers, attention blocks, and every third sub-layer left out."""
        n, inside = self.layers, lambda rule: [0 < l < self.layers - 1 and rule(l) for l in range(self.layers)]
        nothing = [False] * n
        rules = [
            (nothing, nothing, 0, 0), (nothing, nothing, 1, 2), (inside(lambda l: l % 3 == 1),) * 2 + (0, 1),
            (inside(lambda l: n / 3 <= l < 3 * n / 4), nothing, 0, 2),
            (inside(lambda l: l % 3 == 0), inside(lambda l: l % 3 == 1), 0, 1)]
        low = [[1 + skip for skip in attention + mlp] + [head, v] for attention, mlp, head, v in rules]
        return [self.encode(levels) for levels in [[0] * (self.count + 2), *low]]

    def random_sets(self, count):
        """Random drafts from light to heavy: 5% to 65% of the sub-layers are skipped, and a random share of
        the others have 4 bits."""
        draw = random.Random(f"design/{self.name}/{self.seed}")
        points = []
        for k in range(count):
            skipped, low = 0.05 + 0.6 * (k + 0.5) / count, draw.random()
            levels = [2 if draw.random() < skipped else int(draw.random() < low) for _ in range(self.count)]
            points.append(self.encode([*levels, draw.randrange(2), draw.randrange(4)]))
        return points

    def acceptance(self, levels):
        sublayers, head, vocabulary = numpy.array(levels[:-2]), levels[-2], levels[-1]
        strength = numpy.array([0, LOW_COUPLING, 1])[sublayers]
        eta = LATENT - self.harms[sublayers, range(self.count)].sum() - head * self.head_harm
        return LARGEST * sigmoid(eta - strength @ self.pairs @ strength / 2) * self.coverage[vocabulary]

    def truth(self, point):
        return float(best_speedup(
            self.acceptance(self.decode(point)), self.cost(point), self.verification_costs))

    def measure(self, point, draw):
        alpha, n = self.acceptance(self.decode(point)), self.tokens
        k = sum(draw.random() < alpha for _ in range(n))
        seen = float(best_speedup((k + 0.5) / (n + 1), self.cost(point), self.verification_costs))
        return Observation(
            value=seen * math.exp(0.01 * draw.gauss(0, 1)), latent=math.log((k + 0.5) / (n - k + 0.5)),
            variance=1 / (k + 0.5) + 1 / (n - k + 0.5))

    def best_value(self, starts=24):
        """The best of noiseless steepest ascents over single levels and pairs of them."""
        draw, best = numpy.random.default_rng(99), 0.0
        for start in range(starts):
            skipped = 0.6 * draw.random()
            levels = numpy.where(draw.random(self.count) < skipped, 2, draw.random(self.count) < 0.8)
            best = max(best, self.climb(levels.astype(int)))
        return best

    def climb(self, levels):
        n = self.count
        strengths = numpy.array([0, LOW_COUPLING, 1])
        low, skip = numpy.array(self.costs[:n]), numpy.array(self.costs[n:2 * n])
        costs = numpy.stack([low + skip, skip, 0 * skip])
        globals_ = [(h, v) for h in range(2) for v in range(len(VOCABULARIES))]
        bare = [self.cost(self.encode([2] * n + [h, v])) for h, v in globals_]
        every = numpy.arange(n)
        # A move takes a sub-layer to one of its two other levels.
        bits = numpy.concatenate([every, every])

        def speedups(eta, cost):
            """The best over head and vocabulary."""
            return numpy.max([
                best_speedup(
                    LARGEST * self.coverage[v] * sigmoid(eta - h * self.head_harm), cost + b,
                    self.verification_costs)
                for (h, v), b in zip(globals_, bare)], axis=0)

        while True:
            s = strengths[levels]
            eta = LATENT - self.harms[levels, every].sum() - s @ self.pairs @ s / 2
            cost = costs[levels, every].sum()
            current = speedups(eta, cost)
            targets = numpy.concatenate([(levels + 1) % 3, (levels + 2) % 3])
            change = strengths[targets] - s[bits]
            slopes = -(self.harms[targets, bits] - self.harms[levels[bits], bits]) - change * (
                self.pairs @ s)[bits]
            saved = costs[targets, bits] - costs[levels[bits], bits]
            singles = speedups(eta + slopes, cost + saved)
            levels = levels.copy()
            if singles.max() > current + 1e-12:
                best = singles.argmax()
                levels[bits[best]] = targets[best]
                continue
            coupled = self.pairs[numpy.ix_(bits, bits)] * change[:, None] * change[None]
            etas = eta + slopes[:, None] + slopes[None] - coupled
            pairs = speedups(etas, cost + saved[:, None] + saved[None])
            pairs[bits[:, None] == bits[None]] = 0
            if pairs.max() <= current + 1e-12:
                return float(current)
            i, j = numpy.unravel_index(pairs.argmax(), pairs.shape)
            levels[bits[i]], levels[bits[j]] = targets[i], targets[j]


def sigmoid(x):
    return 1 / (1 + numpy.exp(-x))


def logit(p):
    return math.log(p / (1 - p))
