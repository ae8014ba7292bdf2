"""Whether the optimiser knows what is still to gain: its prospects against the truth.

    python3 Experiments/optimiser/prospect.py [--seeds 2] [--trials 120] [--workers 2]

Searches of SkipJoint (32 layers) whose draft steps are made dearer until little or nothing pays. At some
trials the optimiser is asked how probable it is that any draft exceeds a speedup, for speedups around that
of the best draft known, and what the best is. Written to results/optimiser/prospect.json and .md.
"""
import argparse
import concurrent.futures
import json
import pathlib
import statistics
import sys

HERE = pathlib.Path(__file__).resolve().parent
RESULTS = HERE.parents[1] / "results" / "optimiser"
sys.path += [str(HERE), str(HERE.parent)]

ASKED = (20, 40, 60, 80, 120, 160, 200)
# Thresholds, relative to the best speedup known: below 1 it is exceeded, above it is not.
SHARES = (0.9, 0.95, 0.98, 1.02, 1.05, 1.1, 1.2)
CASES = [("base", 3.0), ("base", 3.5), ("base", 4.0), ("base", 5.0),
         ("ordinary", 2.5), ("ordinary", 3.0), ("ordinary", 3.5), ("ordinary", 5.0)]


def work(variant, dear, seed, trials):
    from methods import method
    from skipjoint import SkipJoint

    problem = SkipJoint(32, seed, variant, dear=dear)
    best = problem.best_value()
    optimizer = method("gp", problem, seed, trials)
    for point in problem.design:
        optimizer.tell(point, problem.observe(point))
    asked = []
    for trial in range(len(problem.design), trials + 1):
        if trial in ASKED:
            ask = lambda above: optimizer.program.ask(
                {"prospect": {"above": above, "samples": 40}})["prospect"]
            answers = [ask(share * best) for share in SHARES]
            at_one = ask(1.0)
            recommended = problem.truth(optimizer.recommend()[0])
            best = max(best, recommended)
            asked.append({
                "trial": trial, "above_one": at_one["probability_above"],
                "above": [answer["probability_above"] for answer in answers],
                "best": at_one["best"], "gain": at_one["gain"], "true_gain": best - recommended})
        if trial < trials:
            point = optimizer.ask()
            optimizer.tell(point, problem.observe(point))
    optimizer.close()
    return {"variant": variant, "dear": dear, "seed": seed, "best": best, "asked": asked}


def report(runs):
    lines = [
        "| after trials | says less than 5% above 0.90, 0.95, 0.98 of the best (wrong) "
        "| above 1.02, 1.05, 1.1, 1.2 of it (right) | best: mean believed over the truth "
        "| truth inside its 95% | gain: mean believed, true | truth inside its 95% |",
        "|---" * 7 + "|"]
    for trial in sorted({asked["trial"] for run in runs for asked in run["asked"]}):
        rows = [(run["best"], a) for run in runs for a in run["asked"] if a["trial"] == trial]
        n = len(rows)
        low = [sum(a["above"][k] < 0.05 for _, a in rows) for k in range(len(SHARES))]
        inside = lambda e, truth: e["lower"] <= truth <= e["upper"]
        lines.append(
            f"| {trial} | {', '.join(f'{x}/{n}' for x in low[:3])} "
            f"| {', '.join(f'{x}/{n}' for x in low[3:])} "
            f"| {statistics.mean(a['best']['mean'] / b for b, a in rows):.3f} "
            f"| {sum(inside(a['best'], b) for b, a in rows)}/{n} "
            f"| {statistics.mean(a['gain']['mean'] for _, a in rows):.3f}, "
            f"{statistics.mean(a['true_gain'] for _, a in rows):.3f} "
            f"| {sum(inside(a['gain'], a['true_gain']) for _, a in rows)}/{n} |")
    lines += [
        "", "| variant | a step costs | seed | best known | says less than 5% above 1.00x after |",
        "|---" * 5 + "|"]
    for run in runs:
        first = [a["trial"] for a in run["asked"] if a["above_one"] < 0.05]
        said = f"{first[0]} trials" if first else "never"
        if run["best"] > 1 and first:
            said += ", **wrong**"
        lines.append(
            f"| {run['variant']} | {run['dear']}x | {run['seed']} | {run['best']:.3f}x | {said} |")
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--trials", type=int, default=120)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--output", type=pathlib.Path, default=RESULTS / "prospect")
    options = parser.parse_args()
    with concurrent.futures.ProcessPoolExecutor(options.workers) as pool:
        jobs = [
            pool.submit(work, variant, dear, 2000 + seed, options.trials)
            for seed in range(options.seeds) for variant, dear in CASES]
        runs = [job.result() for job in jobs]
    options.output.with_suffix(".json").write_text(json.dumps(runs, separators=(",", ":")) + "\n")
    options.output.with_suffix(".md").write_text("\n".join([
        "# What is still to gain: prospects against the truth", "",
        "Made by `python3 Experiments/optimiser/prospect.py`, which says what they are: searches of",
        "SkipJoint, a speedup relative to the best known of each.", "", *report(runs), ""]))
    print("\n".join(report(runs)))


if __name__ == "__main__":
    main()
