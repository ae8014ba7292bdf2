"""Compares the program's own search methods on the real objective: a model, its prompts, this machine.

Each method searches with the same first sets and the same number of trials, by replay. What it
recommends after some numbers of trials is judged afterwards, all sets in one session with one cost
model, on prompts that no search saw: exact counts, modelled seconds. Standard library only.

    swift build -c release
    python3 Experiments/optimiser/methods.py --model Experiments/models/reference --seeds 4
"""
import argparse
import datetime
import json
import pathlib
import statistics
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
METHODS = ["gp", "greedy", "annealing", "random"]


def search(options, method, seed, folder):
    """The result of a search."""
    command = [
        str(options.executable), "search", "--model", options.model, "--evaluator", "replay",
        "--optimiser", method, "--seed", str(seed), "--trials", str(options.trials), "--output",
        str(folder), "--quiet", "--json"]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(run.stdout)


def recommended(result, trials):
    """The set with the largest observed value less one standard error among the first trials: the rule
    is the same for all methods, so that a model's own ranking is no advantage."""
    def cautious(trial):
        objective = trial["objective"]
        return objective["log_speedup"] - objective["variance"] ** 0.5
    complete = [t for t in result["trials"][:trials] if not t["stopped_early"]]
    return max(complete, key=cautious)["skip_layer_ids"]


def judge(options, sets):
    """Speedup of each distinct set with its best stop rule, by one cost model."""
    distinct = sorted({json.dumps(s) for s in sets})
    command = [
        str(options.executable), "evaluate", "--model", options.model, "--stdin", "--evaluator",
        "replay", "--prompts", options.held_out, "--max-prompts", "0"]
    run = subprocess.run(
        command, input="\n".join(distinct) + "\n", capture_output=True, text=True, check=True)
    values = [json.loads(line)["speedup"] for line in run.stdout.splitlines()]
    return dict(zip(distinct, values))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--model", required=True)
    parser.add_argument("--held-out", default="../shared/prompts/gsm8k-heldout.jsonl")
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--trials", type=int, default=100)
    parser.add_argument("--at", default="20,40,60,100", help="numbers of trials to judge after")
    parser.add_argument("--executable", default=ROOT / ".build/release/skip-search")
    options = parser.parse_args()
    points = [int(n) for n in options.at.split(",") if int(n) <= options.trials]
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        # The methods take turns, so that a machine whose speed drifts changes it for all.
        for seed in range(options.seeds):
            for method in METHODS:
                result = search(options, method, seed, folder)
                for n in points:
                    found[method, seed, n] = recommended(result, n)
                print(f"seed {seed}, {method}: {result['search_seconds']['total']:.0f} s", flush=True)
    values = judge(options, found.values())
    rows = {key: values[json.dumps(skip)] for key, skip in found.items()}

    lines = [
        f"# Search methods on {options.model}", "",
        f"Median (least – most) of {options.seeds} seeds: speedup of the recommended set on "
        f"{options.held_out}, replayed completely, seconds modelled by one cost model.", "",
        "| method | " + " | ".join(f"after {n} trials" for n in points) + " |",
        "|---" * (len(points) + 1) + "|"]
    for method in METHODS:
        cells = []
        for n in points:
            own = [rows[method, seed, n] for seed in range(options.seeds)]
            cells.append(f"{statistics.median(own):.3f}x ({min(own):.3f} – {max(own):.3f})")
        lines.append(f"| {method} | " + " | ".join(cells) + " |")
    stamp = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    path = ROOT / "results" / f"methods-{stamp}"
    path.with_suffix(".md").write_text("\n".join(lines) + "\n")
    path.with_suffix(".json").write_text(json.dumps({
        "model": options.model, "held_out": options.held_out, "trials": options.trials,
        "rows": [{"method": m, "seed": s, "trials": n, "skip_layer_ids": found[m, s, n],
                  "speedup": v} for (m, s, n), v in rows.items()]}, indent=1) + "\n")
    print("\n".join(lines), f"\nWritten: {path}.md, .json")


if __name__ == "__main__":
    main()
