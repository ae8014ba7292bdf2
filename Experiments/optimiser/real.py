"""The real objective: the reference model's speedup on 64 prompts, by replay.

A trial replays about 192 positions of the prompts in real.jsonl, which the seed and the set decide;
the truth of a set is replayed at all of their 3,732 positions. Counts are exact and the same on any
machine; seconds come from costs measured once and frozen in real.json (`freeze.py` freezes others), so
the whole comparison can be repeated. What was counted is kept in results/optimiser/real.
"""
import atexit
import json
import math
import os
import pathlib

import numpy

from lines import Lines
from problem import Observation, Problem, best_speedup

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
COUNTS = ROOT / "results" / "optimiser" / "real"
PROGRAM = ROOT / ".build" / "release" / "skip-search"
MODEL = ROOT / "Experiments" / "models" / "reference"
# The program had these built in until version 0.1; the counts on file are of them.
PROMPTS = HERE / "real.jsonl"
TRIAL_POSITIONS, ALL_POSITIONS = 192, 1_000_000
RULE = ["--draft-max", "5", "--draft-stop", "confidence:0.5"]


class Counter:
    """What replaying a set counts: tokens, drafted tokens and calls of the full model in sum over prompts,
    the covariance of these sums, and the chunks of positions that a trial is of. Asks a running
    skip-search, which starts with the first set that is not on file."""

    def __init__(self, path, positions, seed=0, threads=1):
        self.path, self.positions, self.seed, self.threads = path, positions, seed, threads
        self.program, self.known = None, {}
        if path.exists():
            for line in path.read_text().splitlines():
                entry = json.loads(line)
                self.known[entry["set"]] = entry

    def count(self, point, layers):
        key = f"{int(point, 2):x}"
        if key not in self.known:
            counts, chunks = self.ask(point, layers)
            # Prompts are independent; of 64 that are drawn anew, this is how the sums would vary.
            covariance = len(counts) * numpy.cov(counts, rowvar=False)
            entry = {
                "set": key, "counts": counts.sum(axis=0).tolist(),
                "covariance": [round(c) for c in covariance[numpy.tril_indices(3)]],
                **({"chunks": chunks} if self.positions < ALL_POSITIONS else {})}
            self.known[key] = entry
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a") as file:
                file.write(json.dumps(entry, separators=(",", ":")) + "\n")
        return self.known[key]

    def ask(self, point, layers):
        if self.program is None:
            self.start()
        answer = self.program.ask({
            "attn": [i for i in range(layers) if point[i] == "1"],
            "mlp": [i for i in range(layers) if point[layers + i] == "1"]})
        samples = answer["samples"]
        # The first token of a sample is the prefill's, no round's.
        return numpy.array([
            [tokens - 1, drafted, calls] for tokens, drafted, calls in zip(
                samples["tokens"], samples["draft_tokens"], samples["target_model_calls"])
        ]), answer["chunks"]

    def start(self):
        self.program = Lines(
            [PROGRAM, "evaluate", "--model", MODEL, "--stdin", "--evaluator", "replay",
             "--prompts", PROMPTS, "--max-prompts", "0", "--starts", self.positions,
             "--seed", self.seed, "--threads", self.threads, *RULE])
        atexit.register(self.program.close)


_counters = {}


def counter(name, positions, seed=0, threads=1):
    if name not in _counters:
        _counters[name] = Counter(COUNTS / f"{name}.jsonl", positions, seed, threads)
    return _counters[name]


class Real(Problem):
    name = "real"

    def __init__(self, seed):
        frozen = json.loads((HERE / "real.json").read_text())
        self.seed, self.layers = seed, frozen["layers"]
        self.bits = 2 * self.layers
        self.base_cost = frozen["base_cost"]
        self.costs = [frozen["attention_cost"]] * self.layers + [frozen["mlp_cost"]] * self.layers
        self.verification_costs = frozen["verification_costs"]
        self.screen, self.screen_trials = frozen["screen"], frozen["screen_trials"]
        self.design = self.known_sets() + self.random_sets(6)

    def log_speedup(self, counts, point):
        tokens, drafted, calls = counts
        mean = min(drafted / calls, len(self.verification_costs))
        verification = numpy.interp(
            mean, range(len(self.verification_costs) + 1), [1.0, *self.verification_costs])
        return math.log(tokens / (drafted * self.cost(point) + calls * verification))

    def truth(self, point):
        counted = counter("truth", ALL_POSITIONS, threads=os.cpu_count() or 1).count(point, self.layers)
        counts = counted["counts"]
        return math.exp(self.log_speedup(counts, point))

    def best_value(self):
        """The largest truth on file, also of a set that only a search without noise found."""
        truths = counter("truth", ALL_POSITIONS, threads=os.cpu_count() or 1)
        return max(
            (math.exp(self.log_speedup(entry["counts"], format(int(key, 16), f"0{self.bits}b")))
             for key, entry in truths.known.items()), default=None)

    def measure(self, point, draw):
        counted = counter(f"seed-{self.seed}", TRIAL_POSITIONS, self.seed).count(point, self.layers)
        counts = numpy.array(counted["counts"], dtype=float)
        value = self.log_speedup(counts, point)
        # The delta method, with differences over a thousandth of each sum.
        gradient = numpy.array([
            (self.log_speedup(counts + step, point) - self.log_speedup(counts - step, point))
            / (2 * step.sum()) for step in numpy.diag(counts / 1000 + 1e-9)])
        covariance = numpy.zeros((3, 3))
        covariance[numpy.tril_indices(3)] = counted["covariance"]
        covariance += numpy.tril(covariance, -1).T
        variance = gradient @ covariance @ gradient
        latent, slope = self.equivalent(value, point)
        return Observation(
            math.exp(value), latent, float(max(variance, 1e-6) / slope**2), counted["chunks"])

    def equivalent(self, log_value, point):
        """The logit of the acceptance rate at which independent drafts of the best length have this log
        speedup, and the slope of the log speedup by it; what skip-search itself tells its optimiser."""
        cost = self.cost(point)

        def log_speedup(latent):
            alpha = 1 / (1 + math.exp(-latent))
            return math.log(best_speedup(alpha, cost, self.verification_costs))

        low, high = -8.0, 8.0
        for _ in range(50):
            middle = (low + high) / 2
            low, high = (middle, high) if log_speedup(middle) < log_value else (low, middle)
        return high, max((log_speedup(high + 0.05) - log_speedup(high - 0.05)) / 0.1, 0.02)
