#!/usr/bin/env python3
"""Judges the replay evaluator: fidelity, cost, a search's budget, generalisation and stop rules.

    python3 Experiments/evaluator/run.py --model Experiments/models/reference [--quick]

Writes results/evaluator-<UTC>.json, .md and .svg. Run it on an otherwise idle machine.
"""

import argparse
import datetime
import json
import platform
import sys
import time
import traceback
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent))  # What the experiments share.

import budget
import cost
import fidelity
import generalisation
import rules
from built_in_prompts import built_in_set, kept_back, write_prompts
from data import ROOT
from program import Program, message

# The search first: the others use what it found.
PARTS = {
    "budget": ("Budget of a search", budget), "fidelity": ("Fidelity", fidelity),
    "cost": ("Cost of an evaluation", cost),
    "rules": ("Stop rules", rules), "generalisation": ("Generalisation", generalisation)}


class Context:
    """What the parts share."""

    def __init__(self, options, program):
        self.program, self.quick, self.seed = program, options.quick, options.seed
        self.work, self.tokens = program.work, options.max_tokens
        self.skip_135m = options.no_135m
        self.search_trials = options.trials or (16 if options.quick else 200)
        self.gap_trials = options.gap_trials or (6 if options.quick else 60)
        config = json.loads((Path(program.model) / "config.json").read_text())
        self.layers = config["num_hidden_layers"]
        self.given_result = options.result and json.loads(Path(options.result).read_text())
        self.held_out = options.held_out
        self.stories = HERE / "prompts" / "stories.jsonl"
        own = [p for i, p in enumerate(built_in_set()) if not kept_back(i)]
        if self.quick:
            own = own[::4]
        self.calibration = write_prompts(self.work / "calibration.jsonl", own)
        self.calibration_all = self.calibration if not self.quick else write_prompts(
            self.work / "calibration-all.jsonl",
            [p for i, p in enumerate(built_in_set()) if not kept_back(i)])
        self.result = self.found = self.search_plain_seconds = None

    def plain_pass(self):
        return self.program.plain_pass(self.calibration_all, self.tokens)

    def take(self, result, plain_seconds):
        """Remembers what a search found, and the seconds of a plain pass when it ran."""
        self.result, self.search_plain_seconds = result, plain_seconds
        best = result["best"] or (result["sets"] or [None])[0]
        self.found = best and {k: best[k] for k in ("skip_layer_ids", "draft")}


def parse():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--model", type=Path, default=ROOT / "Experiments/models/reference")
    parser.add_argument("--quick", action="store_true", help="a small sample of everything")
    parser.add_argument("--parts", default=",".join(PARTS), help="which parts, comma-separated")
    parser.add_argument("--result", help="a result file of a search, instead of a new search")
    parser.add_argument(
        "--held-out", type=Path,
        help="prompts that no search sees; without them held-out columns stay empty")
    parser.add_argument("--trials", type=int, help="of the search (200)")
    parser.add_argument("--gap-trials", type=int, help="of the searches for generalisation (60)")
    parser.add_argument("--max-tokens", type=int, default=64)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--no-135m", action="store_true", help="without the random 135M model")
    parser.add_argument("--executable", type=Path, default=ROOT / ".build/release/skip-search")
    parser.add_argument("--work", type=Path, default=Path("/tmp/skip-search-evaluator"))
    parser.add_argument("--output", type=Path, default=ROOT / "results")
    options = parser.parse_args()
    options.parts = options.parts.split(",")
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"unknown parts: {', '.join(sorted(unknown))}")
    if options.held_out and not options.held_out.exists():
        parser.error(f"{options.held_out} is not there")
    if not options.executable.exists():
        parser.error(f"{options.executable} is not there; swift build -c release")
    return options


def markdown(document):
    lines = [f"# Evaluator, {document['created_at']}", "",
             f"`{' '.join(document['command'])}`", "",
             f"{document['model']} on {document['machine']}, {document['seconds']:.0f} s"
             + (", **quick: too few of everything to conclude from**" if document["quick"] else "")]
    for name, (title, module) in PARTS.items():
        part = document["parts"].get(name)
        if part is None:
            continue
        lines += ["", f"## {title} ({part['seconds']:.0f} s)", ""]
        if "error" in part:
            lines += [f"**Failed**: {part['error']}"]
            continue
        try:
            lines += module.tables(part["result"])
        except Exception as error:
            message(traceback.format_exc())
            lines.append(f"**Table failed**: {error!r}; the figures are in the JSON")
    return "\n".join(lines) + "\n"


def plot(document, path):
    try:
        import matplotlib

        matplotlib.use("svg")
        import matplotlib.pyplot as plt
    except ImportError:
        return message("no plot: matplotlib is not installed")
    figure, axes = plt.subplots(2, 2, figsize=(10, 8), constrained_layout=True)
    panels = [n for n, (_, module) in PARTS.items() if hasattr(module, "panel")]
    for axis, name in zip(axes.flat, panels):
        part = document["parts"].get(name, {})
        try:
            PARTS[name][1].panel(axis, part["result"])
        except Exception as error:
            axis.set_title(f"{PARTS[name][0]}: not measured")
            message(f"no panel of {name}: {error!r}")
    figure.savefig(path)


def machine():
    try:
        text = Path("/proc/cpuinfo").read_text()
        return next(l.split(":", 1)[1].strip() for l in text.splitlines() if "model name" in l)
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def main():
    options = parse()
    now = datetime.datetime.now(datetime.timezone.utc)
    work = options.work / now.strftime("%Y%m%dT%H%M%SZ")
    work.mkdir(parents=True, exist_ok=True)
    program = Program(options.executable, options.model, work, options.threads)
    context = Context(options, program)
    start = time.monotonic()
    document = {
        "schema": "skip-search/evaluator-experiment/1",
        "created_at": now.isoformat(timespec="seconds"), "command": sys.argv,
        "model": str(options.model), "machine": machine(), "quick": options.quick,
        "settings": {k: str(v) if isinstance(v, Path) else v for k, v in vars(options).items()},
        "parts": {}}
    options.output.mkdir(parents=True, exist_ok=True)
    stem = options.output / f"evaluator-{now:%Y%m%dT%H%M%SZ}"

    def write():
        # After each part: what was measured survives whatever happens to the next.
        document["seconds"] = time.monotonic() - start
        document["commands"] = program.commands
        stem.with_suffix(".json").write_text(json.dumps(document, indent=1, default=str) + "\n")
        stem.with_suffix(".md").write_text(markdown(document))

    if "budget" not in options.parts and context.given_result:
        result = context.given_result
        context.take(
            result, result["calibration"]["tokens"] / result["baseline"]["tokens_per_second"])
    for name in (n for n in PARTS if n in options.parts):
        began = time.monotonic()
        part = document["parts"][name] = {}
        message(f"— {PARTS[name][0]}")
        try:
            part["result"] = PARTS[name][1].run(context)
        except Exception as error:
            part["error"] = repr(error)
            message(traceback.format_exc())
        part["seconds"] = time.monotonic() - began
        write()
    if context.result:
        document["search_result"] = context.result
        write()
    plot(document, stem.with_suffix(".svg"))
    print(markdown(document))
    message(f"Written: {stem}.json, .md, .svg")


if __name__ == "__main__":
    main()
