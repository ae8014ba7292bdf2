"""SkipSynth: a synthetic stand-in for the search of a skip set.

2L sub-layers, attention first. Their importances are large at both ends of the stack, neighbours
skipped together cost more, and the acceptance rate falls along a logistic curve as they add up. The
cost of a draft step is known and additive. A measurement counts accepted tokens, and the speedup that
a black box sees follows from the count, with 1% of timing noise.
"""
import math
import random

import numpy

from problem import Observation, Problem, best_speedup

BASE_COST = 0.06
DRAFTS = 8
# A pass per sub-layer. Measured on the reference model: 1.37 s for 48 sub-layers, where a trial takes
# 0.28 s.
SCREEN_TRIALS_PER_BIT = 0.103


class SkipSynth(Problem):
    """Variants: base; cliff (one critical middle MLP); permuted (importances without depth);
    miscost (the true costs are up to 10% off); additive (no interactions)."""

    def __init__(self, layers, seed, variant="base", tokens=256):
        draw = random.Random(seed)
        self.name = f"skipsynth-{layers}" + ("" if variant == "base" else f"-{variant}")
        self.seed, self.layers, self.bits, self.tokens = seed, layers, 2 * layers, tokens
        importance, pairs = synthetic(layers, draw, interact=variant != "additive")
        if variant == "cliff":
            importance[layers + layers // 2] += 2.5
        if variant == "permuted":
            draw.shuffle(importance)
        self.importance, self.pairs = numpy.array(importance), pairs
        self.costs = [0.94 * (1 if i < layers else 2) / (3 * layers) for i in range(self.bits)]
        off = 0.1 if variant == "miscost" else 0
        self.true_costs = numpy.array([c * (1 + off * draw.uniform(-1, 1)) for c in self.costs])
        # What a cheap pass over single skips would say: right in order, within a factor of 1.6.
        self.screen = [w**0.8 * math.exp(0.5 * draw.gauss(0, 1)) for w in importance]
        self.screen_trials = round(SCREEN_TRIALS_PER_BIT * self.bits)
        self.base_cost, self.verification_costs = BASE_COST, [1.0] * DRAFTS
        self.design = self.known_sets() + self.random_sets(6)

    def acceptance(self, point):
        bits = numpy.array([bit == "1" for bit in point], dtype=float)
        return 0.985 / (1 + math.exp(-4.2 + bits @ self.importance + bits @ self.pairs @ bits / 2))

    def true_cost(self, point):
        return BASE_COST + sum(c for c, bit in zip(self.true_costs, point) if bit == "0")

    def truth(self, point):
        return float(speedup(self.acceptance(point), self.true_cost(point)))

    def measure(self, point, draw):
        alpha = self.acceptance(point)
        k = sum(draw.random() < alpha for _ in range(self.tokens))
        n = self.tokens
        seen = float(speedup((k + 0.5) / (n + 1), self.true_cost(point)))
        return Observation(
            value=seen * math.exp(0.01 * draw.gauss(0, 1)),
            latent=math.log((k + 0.5) / (n - k + 0.5)),
            variance=1 / (k + 0.5) + 1 / (n - k + 0.5))

    def best_value(self, starts=24):
        """The best of noiseless steepest ascents over flips and exchanges."""
        draw, best = numpy.random.default_rng(99), 0.0
        for start in range(starts):
            bits = (draw.random(self.bits) < 0.2 + 0.5 * start / starts).astype(float)
            best = max(best, self.climb(bits))
        return best

    def climb(self, bits):
        def value(bits):
            eta = 4.2 - bits @ self.importance - bits @ self.pairs @ bits / 2
            return eta, BASE_COST + (1 - bits) @ self.true_costs
        while True:
            eta, cost = value(bits)
            current = speedup(0.985 / (1 + numpy.exp(-eta)), cost)
            sign = 1 - 2 * bits
            slope = -sign * (self.importance + self.pairs @ bits)
            etas, costs = eta + slope, cost - sign * self.true_costs
            flips = speedup(0.985 / (1 + numpy.exp(-etas)), costs)
            on, off = numpy.flatnonzero(bits == 0), numpy.flatnonzero(bits == 1)
            # Of an exchange, what the two bits do to each other: one is set, the other cleared.
            swap_eta = eta + slope[on][:, None] + slope[off][None] + self.pairs[numpy.ix_(on, off)]
            swap_cost = cost - self.true_costs[on][:, None] + self.true_costs[off][None]
            swaps = speedup(0.985 / (1 + numpy.exp(-swap_eta)), swap_cost)
            bits = bits.copy()
            if flips.max() > current + 1e-12:
                bits[flips.argmax()] = 1 - bits[flips.argmax()]
            elif swaps.size and swaps.max() > current + 1e-12:
                i, j = numpy.unravel_index(swaps.argmax(), swaps.shape)
                bits[on[i]], bits[off[j]] = 1, 0
            else:
                return float(current)


def synthetic(layers, draw, interact=True):
    """What each sub-layer does if skipped, and what each pair does besides, drawn."""
    scale, count = 32 / layers, 2 * layers
    importance = []
    for i in range(count):
        depth = i % layers / (layers - 1)
        first, last = math.exp(-12 * depth), math.exp(-12 * (1 - depth))
        base, end, spread = (0.020, 0.7, 0.8) if i < layers else (0.045, 1.3, 0.7)
        level = base + end * first + 0.35 * end * last
        importance.append(level * math.exp(spread * draw.gauss(0, 1)) * scale)
    pairs = numpy.zeros((count, count))
    for i in range(count):
        for j in range(i + 1, count):
            apart = abs(i % layers - j % layers)
            kind = 1 if (i < layers) == (j < layers) else 0.6
            penalty = 0.022 * math.exp(-apart / 1.5) * kind * math.exp(0.5 * draw.gauss(0, 1))
            if draw.random() < 0.1:
                penalty += 0.006 * draw.gauss(0, 1)
            pairs[i, j] = pairs[j, i] = penalty * scale if interact else 0
    return importance, pairs


def speedup(acceptance, cost):
    return best_speedup(acceptance, cost, [1.0] * DRAFTS)
