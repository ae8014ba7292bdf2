#!/usr/bin/env python3
"""Measures skip-search and llama.cpp in turn, on the same weights, threads and token counts.

    python compare.py --shapes 135m,1.7b --threads 2 --rounds 15

Both engines are loaded, and for each figure first one and then the other is asked for some passes;
every ratio is formed within a round, so that a machine whose speed drifts slows both alike. Writes
results/engine-speed-<kind of machine>.json, .md and .svg. Run it on an otherwise idle machine.
"""

import argparse
import datetime
import json
import math
import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent))  # What the experiments share.

import random_models
from lines import Lines
from quartiles import quartiles

ROOT = HERE.parent.parent
ROWS = ("2", "4", "8", "16")
FIGURES = ("decode", *(f"verify {n}" for n in ROWS), "prefill")
PREFILL = 256
# The engine's, narrowest first; a model may take less than the machine has.
INSTRUCTION_SETS = ("portable", "avx2", "avx512", "amx")
READ_BYTES = 512 << 20


class Engine(Lines):
    """A process that answers `decode 5` and the like with the seconds of each pass."""

    def seconds(self, figure, passes):
        return self.ask(f"{figure} {passes}")["seconds"]


def measure(name, engines, rounds):
    """{engine: {figure: [a round's median seconds, …]}}, engine by engine within each figure.

    An engine's threads may spin for a while after a pass: the other waits until they sleep.
    """
    raw = {engine: {figure: [] for figure in FIGURES} for engine in engines}
    ours = engines["skip_search"]
    # The fastest of some passes each: what decoding can read, over what can be read.
    raw["skip_search"] |= {"draft": [], "fastest read": [], "fastest decode": []}
    one = min(engine.seconds("decode", 3)[1] for engine in engines.values())
    passes = max(1, min(20, int(0.1 / one)))
    for index in range(rounds):
        for figure in FIGURES:
            order = list(engines.items())
            for engine, process in order if index % 2 == 0 else reversed(order):
                time.sleep(0.2)
                count = 1 if figure == "prefill" else passes
                seconds = process.seconds(figure, count)
                raw[engine][figure].append(median(seconds))
                if figure == "decode" and process is ours:
                    raw[engine]["draft"].append(median(ours.seconds("draft", passes)))
                    again = seconds + ours.seconds("decode", passes)
                    raw[engine]["fastest decode"].append(min(again))
                    raw[engine]["fastest read"].append(min(ours.seconds("read", 8)))
        a, b = raw["skip_search"]["decode"][-1], raw["llama_cpp"]["decode"][-1]
        print(
            f"{name} {index + 1}/{rounds}: {1 / a:.1f} and {1 / b:.1f} tokens/s",
            file=sys.stderr, flush=True)
    return raw


def summary(raw, costs):
    """Medians over rounds; each ratio is one round's."""
    ours, theirs = raw["skip_search"], raw["llama_cpp"]
    over = lambda figure: quartiles([b / a for a, b in zip(ours[figure], theirs[figure])])
    decode = costs["bytes"] / 1e9
    result = {
        "decode_over_llama_cpp": over("decode"),
        "verify_over_llama_cpp": {n: over(f"verify {n}") for n in ROWS},
        "prefill_over_llama_cpp": over("prefill"),
        "read_bandwidth_gb_s": quartiles(
            [READ_BYTES / s / 1e9 for s in ours["fastest read"]]),
        "decode_gb_s": quartiles([decode / s for s in ours["decode"]]),
        "decode_over_read": quartiles(
            [costs["bytes"] / READ_BYTES * r / s
             for s, r in zip(ours["fastest decode"], ours["fastest read"])]),
        "draft_step_over_bytes": quartiles(
            [d / s / costs["draft_share"] for d, s in zip(ours["draft"], ours["decode"])]),
        "prefill_gflop_s": quartiles([costs["prefill_gflop"] / s for s in ours["prefill"]]),
        "peak_gflop_s": costs["peak_gflop_s"],
        "verify_limit": {
            n: int(n) * costs["row_gflop"] / costs["peak_gflop_s"] / median(ours["decode"])
            for n in ROWS},
    }
    for engine, figures in raw.items():
        result[engine] = {
            "decode_tokens_per_second": quartiles([1 / s for s in figures["decode"]]),
            "prefill_tokens_per_second": quartiles([PREFILL / s for s in figures["prefill"]]),
            "verify_over_one": {
                n: quartiles([v / s for v, s in zip(figures[f"verify {n}"], figures["decode"])])
                for n in ROWS},
        }
    return result


def costs_of(report):
    """What `bench --json` knows about the model: bytes of a token, a draft's share, a prefill."""
    samples = report["samples"]
    decode = median(samples["decode_seconds"])
    limit = report["verify_limit"]["16"] / 16
    return {
        "peak_gflop_s": report["peak_gflop_s"],
        "row_gflop": limit * report["peak_gflop_s"] / report["decode"]["tokens_per_second"],
        "bytes": report["decode"]["gb_s"] * 1e9 / report["decode"]["tokens_per_second"],
        "draft_share":
            median(samples["draft_step_seconds"]) / decode / report["draft_step_over_bytes"],
        "prefill_gflop":
            report["prefill"]["gflop_s"] * PREFILL / report["prefill"]["tokens_per_second"],
    }


def agreement(ours, theirs):
    """How near the two engines' logits are: they must be running the same model."""
    scale = max(map(abs, theirs))
    worst = max(abs(a - b) for a, b in zip(ours, theirs)) / scale
    if not math.isfinite(worst) or worst > 0.1:
        raise SystemExit(f"the engines disagree about the same weights: {worst:.3g} of the largest")
    return worst


def table(results):
    show = lambda values, digits=2: (
        f"{values[1]:.{digits}f} ({values[0]:.{digits}f} – {values[2]:.{digits}f})")
    lines = []
    for name, result in results.items():
        mine, peer = result["skip_search"], result["llama_cpp"]
        lines += [
            f"| {name} | skip-search | llama.cpp | speed over llama.cpp's |", "|---|---|---|---|"]
        for what, key in (("decoding", "decode"), ("prefill of 256", "prefill")):
            lines.append(
                f"| {what}, tokens/s | {show(mine[f'{key}_tokens_per_second'], 1)} |"
                f" {show(peer[f'{key}_tokens_per_second'], 1)} |"
                f" {show(result[f'{key}_over_llama_cpp'])} |")
        for n in ROWS:
            limit = result["verify_limit"][n]
            lines.append(
                f"| verifying {n} rows over one"
                + (f", limit of f32 arithmetic {limit:.2f}" if limit > 1 else "")
                + f" | {show(mine['verify_over_one'][n])} | {show(peer['verify_over_one'][n])} |"
                f" {show(result['verify_over_llama_cpp'][n])} |")
        lines += [
            f"| decoding, GB/s of weights | {show(result['decode_gb_s'], 1)} | | |",
            f"| the same over the read probe's, fastest of each | {show(result['decode_over_read'])} | | |",
            f"| draft step over its bytes | {show(result['draft_step_over_bytes'])} | | |",
            f"| prefill, Gflop/s, of {result['peak_gflop_s']:.0f} in registers |"
            f" {show(result['prefill_gflop_s'], 0)} | | |",
            "",
        ]
    return "Median (quartiles) over rounds.\n\n" + "\n".join(lines)


def plot(results, path):
    import matplotlib
    matplotlib.use("svg" if str(path).endswith("svg") else "agg")
    import matplotlib.pyplot as plt

    figure, (speed, verify) = plt.subplots(
        1, 2, figsize=(10, 3.6), width_ratios=(1, 1.3), layout="constrained")
    names = list(results)
    for offset, key, label in ((-0.2, "decode", "decoding"), (0.2, "prefill", "prefill of 256")):
        values = [results[name][f"{key}_over_llama_cpp"] for name in names]
        speed.bar(
            [i + offset for i in range(len(names))], [v[1] for v in values], 0.38, label=label,
            yerr=[[v[1] - v[0] for v in values], [v[2] - v[1] for v in values]], capsize=3)
    speed.axhline(1, color="black", linewidth=0.8)
    speed.set_xticks(range(len(names)), names)
    speed.set_ylabel("speed over llama.cpp's")
    speed.legend(fontsize=8)
    rows = [1, *map(int, ROWS)]
    for i, name in enumerate(names):
        for key, style, label in (("skip_search", "-o", "skip-search"), ("llama_cpp", "--x", "llama.cpp")):
            ratios = [1, *(results[name][key]["verify_over_one"][n][1] for n in ROWS)]
            verify.plot(rows, ratios, style, color=f"C{i}", label=f"{name}, {label}", markersize=4)
    verify.set_xlabel("rows verified in one pass")
    verify.set_ylabel("time over one token's")
    verify.legend(fontsize=7)
    figure.savefig(path, dpi=130)


def processor(field):
    """What the system calls this machine's processor; empty where it does not say."""
    return next(
        (line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith(field)),
        "")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shapes", default="135m,1.7b", help=f"of {', '.join(random_models.SHAPES)}")
    parser.add_argument(
        "--model", action="append", default=[], help="a BF16 Llama directory; may be repeated")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--work", default=str(HERE / "work"), help="where the weights are kept")
    parser.add_argument("--executable", default=str(ROOT / ".build/release/skip-search"))
    parser.add_argument("--results", default=str(ROOT / "results"))
    arguments = parser.parse_args()

    directories = {}
    for shape in filter(None, arguments.shapes.split(",")):
        directories[shape] = Path(arguments.work) / shape
        random_models.write_random(directories[shape], random_models.SHAPES[shape])
    for path in arguments.model:
        # The GGUF goes to the work folder, the checkpoint stays as it is.
        link = Path(arguments.work) / Path(path).resolve().name
        link.mkdir(parents=True, exist_ok=True)
        for file in Path(path).resolve().iterdir():
            if not (link / file.name).exists():
                (link / file.name).symlink_to(file)
        directories[link.name] = link

    results, raw = {}, {}
    for name, directory in directories.items():
        bench = [arguments.executable, "bench", "-m", str(directory)]
        bench += ["--threads", str(arguments.threads)]
        report = subprocess.run(
            [*bench, "-r", "1", "--json"], check=True, capture_output=True, text=True).stdout
        report = json.loads(report)
        costs = costs_of(report)
        peer = [sys.executable, str(HERE / "peer.py"), str(random_models.write_gguf(directory))]
        engines = {
            "skip_search": Engine([*bench, "--stdin"]),
            "llama_cpp": Engine([*peer, str(arguments.threads)]),
        }
        theirs = engines["llama_cpp"].answer()["logits"]
        tokens = ",".join(str(i * 31 % len(theirs)) for i in range(16))
        output = subprocess.run(
            [arguments.executable, "logits", "-m", str(directory), "--tokens", tokens],
            check=True, capture_output=True, text=True).stdout
        worst = agreement(json.loads(output)["logits"][-1], theirs)
        raw[name] = measure(name, engines, arguments.rounds)
        for engine in engines.values():
            engine.close()
        results[name] = summary(raw[name], costs)
        results[name]["largest_difference_of_logits"] = worst
        results[name] |= {key: report[key] for key in ("instruction_set", "units")}

    import llama_cpp

    created = datetime.datetime.now(datetime.timezone.utc)
    # One result per kind of machine: a later run on the same kind takes its place.
    vendor = {"AuthenticAMD": "amd", "GenuineIntel": "intel"}.get(processor("vendor_id"), "other")
    widest = max(
        (result["instruction_set"] for result in results.values()), key=INSTRUCTION_SETS.index)
    Path(arguments.results).mkdir(parents=True, exist_ok=True)
    stem = Path(arguments.results) / f"engine-speed-{vendor}-{widest}"
    document = {
        "schema": "skip-search/engine-speed/1",
        "created_at": f"{created:%Y-%m-%dT%H:%M:%SZ}",
        "machine": {"cpu": processor("model name"), "threads": arguments.threads},
        "peer": {"llama_cpp_python": llama_cpp.__version__, "weights": "BF16"},
        "results": results,
        "seconds": raw,
    }
    stem.with_suffix(".json").write_text(json.dumps(document, indent=1) + "\n")
    text = table(results)
    stem.with_suffix(".md").write_text(text)
    plot(results, stem.with_suffix(".svg"))
    print(text)
    print(f"written: {stem}.json, .md, .svg")


if __name__ == "__main__":
    main()
