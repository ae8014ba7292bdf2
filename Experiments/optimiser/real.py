"""The real objective: the reference model's speedup on its own prompts, by replay.

A trial replays about 192 places of the program's 64 built-in prompts, which the seed and the set decide;
the truth of a set is replayed at all of their 3,732 places. Counts are exact and the same on any machine;
seconds come from costs measured once and frozen in real.json (`python3 real.py RESULT.json` freezes
others), so the whole comparison can be repeated. What was counted is kept in results/optimiser/real.
"""
import atexit
import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy

from problem import Observation, Problem, best_speedup

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
COUNTS = ROOT / "results" / "optimiser" / "real"
PROGRAM = ROOT / ".build" / "release" / "skip-search"
MODEL = ROOT / "Experiments" / "models" / "reference"
TRIAL_PLACES, ALL_PLACES = 192, 1_000_000
RULE = ["--draft-max", "5", "--draft-stop", "confidence:0.5"]


class Counter:
    """What replaying a set counts: tokens, drafted tokens and calls of the full model in sum over prompts,
    the covariance of these sums, and of a sample the chunks of places that it is of. Asks a running
    skip-search, which starts with the first set that is not on file."""

    def __init__(self, path, places, seed=0, threads=1):
        self.path, self.places, self.seed, self.threads = path, places, seed, threads
        self.process, self.known = None, {}
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
                **({"chunks": chunks} if self.places < ALL_PLACES else {})}
            self.known[key] = entry
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a") as file:
                file.write(json.dumps(entry, separators=(",", ":")) + "\n")
        return self.known[key]

    def ask(self, point, layers):
        if self.process is None:
            file = tempfile.NamedTemporaryFile("w", suffix=".jsonl")
            file.write("".join(json.dumps(prompt) + "\n" for prompt in built_in_prompts()))
            file.flush()
            self.file = file
            self.process = subprocess.Popen(
                [str(PROGRAM), "evaluate", "--model", str(MODEL), "--stdin", "--evaluator", "replay",
                 "--prompts", file.name, "--max-prompts", "0", "--starts", str(self.places),
                 "--seed", str(self.seed), "--threads", str(self.threads), *RULE],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            atexit.register(self.process.kill)
        skip = {
            "attn": [i for i in range(layers) if point[i] == "1"],
            "mlp": [i for i in range(layers) if point[layers + i] == "1"]}
        self.process.stdin.write(json.dumps(skip) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            raise RuntimeError(answer["error"])
        samples = answer["samples"]
        # The first token of a sample is the prefill's, no round's.
        return numpy.array([
            [tokens - 1, drafted, calls] for tokens, drafted, calls in zip(
                samples["tokens"], samples["draft_tokens"], samples["target_model_calls"])
        ]), answer["chunks"]


_counters = {}


def counter(name, places, seed=0, threads=1):
    if name not in _counters:
        _counters[name] = Counter(COUNTS / f"{name}.jsonl", places, seed, threads)
    return _counters[name]


def built_in_prompts():
    sys.path.insert(0, str(HERE.parent / "evaluator"))
    from data import built_in
    problems, tasks = built_in()
    return problems + tasks


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
        counted = counter("truth", ALL_PLACES, threads=os.cpu_count() or 1).count(point, self.layers)
        counts = counted["counts"]
        return math.exp(self.log_speedup(counts, point))

    def best_value(self):
        """The largest truth on file, also of a set that only a search without noise found."""
        truths = counter("truth", ALL_PLACES, threads=os.cpu_count() or 1)
        return max(
            (math.exp(self.log_speedup(entry["counts"], format(int(key, 16), f"0{self.bits}b")))
             for key, entry in truths.known.items()), default=None)

    def measure(self, point, draw):
        counted = counter(f"seed-{self.seed}", TRIAL_PLACES, self.seed).count(point, self.layers)
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


def freeze(result, screened):
    """Costs from a search's result: the mean over its trials of what a sub-layer adds; the screen, and
    what it costs in trials, from one that has it."""
    layers = result["model"]["num_layers"]
    trials = [t for t in result["trials"] if t.get("draft_cost_ratio")]
    rows = [
        [1, layers - len(t["skip_layer_ids"]["attn"]), layers - len(t["skip_layer_ids"]["mlp"])]
        for t in trials]
    base, attention, mlp = numpy.linalg.lstsq(
        numpy.array(rows, dtype=float), numpy.array([t["draft_cost_ratio"] for t in trials]),
        rcond=None)[0]
    costs = result["cost_model"]
    context = costs["verification_context_seconds"] * costs["mean_context"]
    plain = costs["plain_seconds"] + costs["plain_context_seconds"] * costs["mean_context"]
    # More rows never cost less; where the model has it so, that is noise.
    verification = [1.0]
    for rows_seconds in costs["verification_seconds_by_rows"][1:]:
        verification.append(max(verification[-1], (rows_seconds + context) / plain))
    seconds = result["search_seconds"]
    per_trial = seconds["evaluation"] / len(result["trials"])
    frozen = {
        "layers": layers, "base_cost": base, "attention_cost": attention, "mlp_cost": mlp,
        "verification_costs": verification[1:6], "screen": screened["screen"],
        "screen_trials": round(seconds["screening"] / per_trial)}
    (HERE / "real.json").write_text(json.dumps(frozen, indent=1) + "\n")


if __name__ == "__main__":
    freeze(*(json.loads(pathlib.Path(p).read_text()) for p in (sys.argv[1], sys.argv[-1])))
