"""Tables and plots from the journals: report.md, report.json and one plot a problem."""
import collections
import json
import math
import statistics

import numpy
import scipy.stats

from methods import GENERAL, NAMES, SCREENED
from plan import LONG, PLAN
from problems import problem

TITLES = {
    "gp": "**skip-search**", "gp-screen": "**skip-search with a screen**",
    "gp-one-precision": "skip-search, one precision for all",
    "gp-precision-per-kind": "skip-search, a precision per kind", "random": "random search",
    "annealing": "simulated annealing", "greedy": "greedy by measured gain",
    "greedy-screen": "greedy by screen", "uniform": "uniform layers",
    "dp-layers": "CLaSp-like programme", "dp-sublayers": "KnapSpec-like programme",
    "optuna-tpe": "Optuna TPE", "optuna-gp": "Optuna GPSampler",
    "bayes-opt": "bayesian-optimization (D&V)", "botorch": "BoTorch LogEI",
    "botorch-composite": "BoTorch composite"}
NEVER = math.inf
# The truth of a real set takes seconds: recommendations after these trials are judged.
REAL_CHECKPOINTS = {20, 60, 100, 120, 160, 200}


class Curves:
    """Of one problem: regret of the recommended point by trials, per method and seed."""

    def __init__(self, name, path):
        self.name, self.trials = name, PLAN[name][0]
        runs, self.long = {}, {}
        for line in path.read_text().splitlines():
            try:
                run = json.loads(line)
            except json.JSONDecodeError:
                continue
            if run["trials"] == self.trials:
                runs[run["method"], run["seed"]] = run
            elif (name, run["method"], run["trials"]) == LONG[:3]:
                self.long[run["method"], run["seed"]] = run
        if name == "real":
            for run in [*runs.values(), *self.long.values()]:
                last = run["recommended"][-1]
                run["recommended"] = [
                    r for r in run["recommended"] if r is last or r[0] in REAL_CHECKPOINTS]
        self.regret, self.bias, self.seconds = (collections.defaultdict(dict) for _ in range(3))
        truths, problems = collections.defaultdict(dict), {}
        for (method, seed), run in [*runs.items(), *self.long.items()]:
            if seed not in problems:
                problems[seed] = problem(name, seed)
            one = problems[seed]
            for _, index, _ in run["recommended"]:
                key = run["points"][index]
                if key not in truths[seed]:
                    truths[seed][key] = one.truth(bin(int(key, 16))[2:].zfill(one.bits))
        # The optimum or the best that is known; else what any run of this report found. The truth of
        # the real objective and of an unmasked standard function is the same for all seeds.
        known = {seed: one.best_value() for seed, one in problems.items()}
        found = max(value for of_seed in truths.values() for value in of_seed.values())
        best_of = {
            seed: found if value is None else max(value, *truths[seed].values())
            for seed, value in known.items()}
        for run in self.long.values():
            _, index, _ = run["recommended"][-1]
            run["regret"] = 1 - truths[run["seed"]][run["points"][index]] / best_of[run["seed"]]
        for (method, seed), run in runs.items():
            best = best_of[seed]
            curve = {
                spent: (best - truths[seed][run["points"][index]]) / abs(best)
                for spent, index, _ in run["recommended"]}
            self.regret[method][seed] = curve
            _, index, reported = run["recommended"][-1]
            truth = truths[seed][run["points"][index]]
            self.bias[method][seed] = (reported - truth) / abs(truth)
            if len(run["proposal_seconds"]) > 20:
                self.seconds[method][seed] = statistics.median(run["proposal_seconds"])
        self.methods = [m for m in NAMES if m in self.regret]

    def at(self, method, trials):
        """{seed: regret after so many trials}."""
        return {
            seed: curve[max((n for n in curve if n <= trials), default=min(curve))]
            for seed, curve in self.regret[method].items()}

    def until(self, method, level):
        """The median over seeds of the trials until the recommended point is within `level`."""
        firsts = [
            min((n for n in sorted(curve) if curve[n] <= level), default=NEVER)
            for curve in self.regret[method].values()]
        return statistics.median_high(firsts)

    def paired(self, ours, other):
        """Mean regrets on common seeds after all trials, their number, and Wilcoxon's two-sided p."""
        a, b = self.at(ours, self.trials), self.at(other, self.trials)
        seeds = sorted(a.keys() & b.keys())
        x, y = [a[s] for s in seeds], [b[s] for s in seeds]
        p = 1.0
        if len(seeds) > 1 and x != y:
            p = float(scipy.stats.wilcoxon(x, y, method="exact" if len(seeds) < 50 else "auto").pvalue)
        return statistics.mean(x), statistics.mean(y), len(seeds), p


def holm(values):
    """Adjusted p-values (Holm 1979)."""
    order = sorted(range(len(values)), key=values.__getitem__)
    adjusted, largest = [0.0] * len(values), 0.0
    for rank, index in enumerate(order):
        largest = max(largest, min(1.0, (len(values) - rank) * values[index]))
        adjusted[index] = largest
    return adjusted


def percent(values):
    values = list(values)
    mean = f"{100 * statistics.mean(values):.2f}"
    if len(values) == 1:
        return mean
    return f"{mean} ± {100 * statistics.stdev(values) / len(values) ** 0.5:.2f}"


def table(curves):
    checkpoints = [n for n in (20, 60, 120, 200) if n != 20 or curves.name == "real"]
    lines = [
        f"## {curves.name}", "",
        "| method | seeds | " + " | ".join(f"regret after {n}, %" for n in checkpoints)
        + " | trials to 3% | to 1% | bias, % | ms per proposal |",
        "|---" * (len(checkpoints) + 6) + "|"]
    order = sorted(
        curves.methods, key=lambda m: statistics.mean(curves.at(m, curves.trials).values()))
    for method in order:
        cells = [percent(curves.at(method, n).values()) for n in checkpoints]
        firsts = [curves.until(method, level) for level in (0.03, 0.01)]
        cells += ["never" if n == NEVER else str(n) for n in firsts]
        cells.append(f"{100 * statistics.mean(curves.bias[method].values()):+.2f}")
        seconds = curves.seconds[method].values()
        cells.append(f"{1000 * statistics.median(seconds):.1f}" if seconds else "–")
        lines.append(
            f"| {TITLES[method]} | {len(curves.regret[method])} | " + " | ".join(cells) + " |")
    return lines + [""] + comparison(curves) + long_run(curves) + [
        "", f"![regret by trials on {curves.name}]({curves.name}.svg)", ""]


def comparison(curves):
    """Who wins, seed by seed."""
    lines = []
    for ours in ("gp", "gp-screen"):
        # Without a screen against what has none either; with one against everything.
        others = [
            m for m in curves.methods
            if m not in ("gp", "gp-screen") and (ours == "gp-screen" or m not in SCREENED)]
        if ours not in curves.methods or not others:
            continue
        pairs = [curves.paired(ours, m) for m in others]
        adjusted = holm([p for *_, p in pairs])
        lines += [
            f"{TITLES[ours]} against each, on common seeds after {curves.trials} trials "
            "(Wilcoxon signed-rank, two-sided, Holm-corrected):", "",
            "| other | seeds | regret, ours / other, % | ratio | p |", "|---|---|---|---|---|"]
        for other, (x, y, count, _), p in sorted(
                zip(others, pairs, adjusted), key=lambda entry: entry[1][1]):
            ratio = f"{x / y:.2f}" if y > 1e-9 else "–"
            note = " **the other wins**" if x > y else ""
            lines.append(
                f"| {TITLES[other]} | {count} | {100 * x:.2f} / {100 * y:.2f} | {ratio}{note} "
                f"| {p:.2g} |")
        lines.append("")
    return lines[:-1]


def long_run(curves):
    """When ours found what a long run of another ended with."""
    lines = []
    for (method, seed), run in curves.long.items():
        lines += [
            "", f"{TITLES[method]}, {run['trials']} trials, seed {seed}: {100 * run['regret']:.2f}% regret at "
            f"the end, {len(set(run['points']))} different sets tried, {run['seconds'] / 60:.0f} min."]
        for ours in ("gp", "gp-screen"):
            if ours in curves.regret:
                count = len(curves.regret[ours])
                after = curves.at(ours, 60).values()
                first = curves.until(ours, run["regret"])
                there = "not there" if first == NEVER else f"there after {first} trials"
                lines.append(
                    f"{TITLES[ours]} is {there} (median of {count} seeds); after 60, {sum(r <= run['regret'] for r in after)} of {count} are, "
                    f"with {100 * statistics.mean(after):.2f}% regret on average.")
    return lines


def plot(curves, path):
    import matplotlib
    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "skip-search"
    from matplotlib import pyplot
    figure, axes = pyplot.subplots(figsize=(8, 4.5))
    colours = pyplot.get_cmap("tab20").colors
    for method in curves.methods:
        by_seed = curves.regret[method].values()
        start = max(min(curve) for curve in by_seed)
        trials = range(start, curves.trials + 1)
        means = [100 * statistics.mean(curves.at(method, n).values()) for n in trials]
        ours = method.startswith("gp")
        axes.plot(
            trials, numpy.maximum(means, 0.05), label=TITLES[method].strip("*"),
            color=colours[NAMES.index(method)], linewidth=2.5 if ours else 1,
            linestyle="-" if ours or method in GENERAL else "--", zorder=3 if ours else 2)
    axes.set(
        xlabel="trials", ylabel="mean regret of the recommended point, %", yscale="log",
        title=curves.name, xlim=(0, curves.trials))
    axes.grid(True, which="both", alpha=0.25)
    axes.legend(fontsize=7, loc="center left", bbox_to_anchor=(1, 0.5))
    figure.savefig(path, bbox_inches="tight", metadata={"Date": None})
    pyplot.close(figure)


def prose(path):
    """What a person wrote to stand in the report, where there is any."""
    return [path.read_text().strip(), ""] if path.exists() else []


def write_report(folder):
    lines = ["# Search methods compared", "", *prose(folder / "introduction.md")]
    figures = {}
    for name in PLAN:
        path = folder / "journal" / f"{name}.jsonl"
        if not path.exists():
            continue
        curves = Curves(name, path)
        lines += table(curves)
        plot(curves, folder / f"{name}.svg")
        figures[name] = {
            method: {
                "regret": {
                    str(seed): {str(n): round(r, 5) for n, r in curve.items()}
                    for seed, curve in curves.regret[method].items()},
                "bias": {str(seed): round(b, 5) for seed, b in curves.bias[method].items()}}
            for method in curves.methods}
    if remarks := prose(folder / "remarks.md"):
        lines += ["## Remarks", "", *remarks]
    (folder / "report.md").write_text("\n".join(lines))
    (folder / "report.json").write_text(json.dumps(figures, separators=(",", ":")) + "\n")
    print("Written:", folder / "report.md")
