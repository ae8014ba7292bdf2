"""SkipSynth: a synthetic stand-in for the search of a skip set, and the program ask-tell as a client.

2L sub-layers, attention first. Their importances are large at both ends of the stack, neighbours
skipped together cost more, and the acceptance rate falls along a logistic curve as they add up. The
cost of a draft step is known and additive.

    python3 skipsynth.py --layers 32 --seeds 8 --method gp --screen --variant base
"""
import argparse
import json
import math
import pathlib
import random
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
BASE_COST = 0.06
DRAFTS = 8


class SkipSynth:
    """Variants: base; cliff (one critical middle MLP); permuted (importances without depth);
    miscost (the true costs are up to 10% off); additive (no interactions)."""

    def __init__(self, layers, seed, variant="base"):
        draw = random.Random(seed)
        self.layers, self.bits = layers, 2 * layers
        scale = 32 / layers
        self.importance = []
        for i in range(self.bits):
            depth = i % layers / (layers - 1)
            first, last = math.exp(-12 * depth), math.exp(-12 * (1 - depth))
            base, end, spread = (0.020, 0.7, 0.8) if i < layers else (0.045, 1.3, 0.7)
            level = base + end * first + 0.35 * end * last
            self.importance.append(level * math.exp(spread * draw.gauss(0, 1)) * scale)
        self.pairs = {}
        for i in range(self.bits):
            for j in range(i + 1, self.bits):
                apart = abs(i % layers - j % layers)
                kind = 1 if (i < layers) == (j < layers) else 0.6
                penalty = 0.022 * math.exp(-apart / 1.5) * kind * math.exp(0.5 * draw.gauss(0, 1))
                if draw.random() < 0.1:
                    penalty += 0.006 * draw.gauss(0, 1)
                self.pairs[i, j] = 0 if variant == "additive" else penalty * scale
        if variant == "cliff":
            self.importance[layers + layers // 2] += 2.5
        if variant == "permuted":
            draw.shuffle(self.importance)
        self.costs = [0.94 * (1 if i < layers else 2) / (3 * layers) for i in range(self.bits)]
        off = 0.1 if variant == "miscost" else 0
        self.true_costs = [c * (1 + off * draw.uniform(-1, 1)) for c in self.costs]
        # What a cheap pass over single skips would say: right in order, within a factor of 1.6.
        self.screen = [w**0.8 * math.exp(0.5 * draw.gauss(0, 1)) for w in self.importance]

    def acceptance(self, point):
        ones = [i for i, bit in enumerate(point) if bit == "1"]
        eta = 4.2 - sum(self.importance[i] for i in ones)
        eta -= sum(self.pairs[i, j] for a, i in enumerate(ones) for j in ones[a + 1 :])
        return 0.985 / (1 + math.exp(-eta))

    def speedup(self, point):
        """The true objective."""
        cost = BASE_COST + sum(c for c, bit in zip(self.true_costs, point) if bit == "0")
        alpha, emitted, best = self.acceptance(point), 1, 0
        for drafts in range(1, DRAFTS + 1):
            emitted += alpha**drafts
            best = max(best, emitted / (drafts * cost + 1))
        return best

    def measure(self, point, tokens, draw):
        """Latent (logit) and its variance from `tokens` drafted tokens."""
        alpha = self.acceptance(point)
        k = sum(draw.random() < alpha for _ in range(tokens))
        return (math.log((k + 0.5) / (tokens - k + 0.5)), 1 / (k + 0.5) + 1 / (tokens - k + 0.5))

    def optimum(self, starts=4, seed=99):
        """The best of some noiseless climbs over flips and exchanges (first improvement)."""
        draw, best = random.Random(seed), 0
        for _ in range(starts):
            point = [draw.random() < 0.4 for _ in range(self.bits)]
            text = lambda: "".join("1" if bit else "0" for bit in point)
            value, moved = self.speedup(text()), True
            while moved:
                moved = False
                singles = [(i,) for i in range(self.bits)]
                swaps = [(i, j) for i in range(self.bits) for j in range(i)]
                for group in singles, swaps:
                    for move in group:
                        if len(move) == 2 and point[move[0]] == point[move[1]]:
                            continue
                        for i in move:
                            point[i] = not point[i]
                        new = self.speedup(text())
                        if new > value + 1e-12:
                            value, moved = new, True
                        else:
                            for i in move:
                                point[i] = not point[i]
                    if moved:
                        break
            best = max(best, value)
        return best

    def problem(self, seed, method="gp", screen=False, budget=200):
        """The first line for ask-tell."""
        problem = {
            "dimension": self.bits, "seed": seed, "method": method, "budget": budget,
            "initial_design": self.design(),
            "places": [[i // self.layers, i % self.layers] for i in range(self.bits)],
            "composition": {
                "base_cost": BASE_COST, "costs": self.costs, "verification_costs": [1] * DRAFTS,
                "link": "logit"}}
        if screen:
            problem["importance"] = self.screen
        return problem

    def design(self):
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


class AskTell:
    """A running ask-tell."""

    def __init__(self, problem, program=ROOT / ".build/release/ask-tell"):
        self.process = subprocess.Popen(
            [str(program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.request(problem)

    def request(self, message):
        self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("ask-tell ended; its message is on standard error")
        return json.loads(line)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--layers", type=int, default=32)
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument("--trials", type=int, default=200)
    parser.add_argument("--tokens", type=int, default=256)
    parser.add_argument("--method", default="gp")
    parser.add_argument("--variant", default="base")
    parser.add_argument("--screen", action="store_true")
    parser.add_argument("--program", default=ROOT / ".build/release/ask-tell")
    options = parser.parse_args()
    for seed in range(options.seeds):
        synth, draw = SkipSynth(options.layers, seed, options.variant), random.Random(seed)
        best = synth.optimum()
        client = AskTell(
            synth.problem(seed, options.method, options.screen, options.trials), options.program)
        row = {"seed": seed, "regret": {}}
        for trial in range(1, options.trials + 1):
            (point,) = client.request({"ask": 1})["points"]
            value, variance = synth.measure(point, options.tokens, draw)
            client.request({"tell": [{"point": point, "value": value, "variance": variance}]})
            if trial in (30, 60, 120, options.trials):
                (found,) = client.request({"best": 1})["best"]
                truth = synth.speedup(found["point"])
                row["regret"][trial] = round(1 - truth / best, 4)
                row["bias"] = round(found["mean"] / truth - 1, 4)
        client.close()
        print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
