"""Does replay say what decoding does? Exact counts, and modelled against decoded tokens/s."""

import math
import shutil
import time
from pathlib import Path

import numpy as np

from data import random_sets, uniform
from program import message
from quartiles import quartiles
import random_models

GOAL = 0.03


def rule(random):
    """A draft rule of any kind: the counts must agree for all of them."""
    maximum = int(random.integers(1, 9))
    kind = random.choice(["fixed", "confidence", "adaptive"])
    draft = {"max": maximum, "stop": str(kind)}
    if kind == "confidence":
        draft["threshold"] = round(float(random.uniform(0.3, 0.9)), 2)
    return draft


def compare(program, name, layers, count, seed, options, named, seconds):
    """One line per set; every second random set has a random rule, the others the one that suits."""
    random = np.random.default_rng(seed + 1)
    sets = [*named, *(
        (f"random {density:.2f}", skip, rule(random) if i % 2 else None)
        for i, (density, skip) in enumerate(random_sets(layers, count, seed)))]
    lines, start = [], time.monotonic()
    with program.session("--evaluator", "auto", *options) as session:
        for index, (label, skip, draft) in enumerate(sets):
            if time.monotonic() - start > seconds and lines:
                message(f"fidelity, {name}: {len(sets) - index} sets left out for lack of time")
                break
            answer = session.evaluate(skip, draft)
            lines.append({"label": label, "given_draft": draft, **answer})
            message(
                f"fidelity, {name} {index + 1}/{len(sets)}: {label}, "
                f"{answer['tokens_per_second']:.0f} tokens/s decoded, "
                f"{answer['replay']['tokens_per_second']:.0f} modelled")
    return {"name": name, "wanted_sets": len(sets), "seconds": time.monotonic() - start,
            "lines": lines, "summary": summary(lines)}


def summary(lines):
    deviation = lambda a, b: abs(math.log(a / b))
    rates = [deviation(l["tokens_per_second"], l["replay"]["tokens_per_second"]) for l in lines]
    over = [l["agreement"]["speedup_over_modelled"] for l in lines]
    speedups = [abs(math.log(r)) for r in over if r]
    return {
        "sets": len(lines),
        "counts_equal": sum(l["agreement"]["counts"] for l in lines),
        "times_within_tolerance": sum(l["agreement"]["times"] for l in lines),
        "abs_log_tokens_per_second": quartiles(rates),
        "abs_log_speedup": quartiles(speedups),
        "speedup_over_modelled": quartiles(over),
    }


def random_model(reference, directory):
    """A random model of the 135M shape with the reference model's tokenizer: prompts have ids below
    the vocabulary's size, and nobody reads what is drafted."""
    random_models.write_random(directory, random_models.SHAPES["135m"])
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(Path(reference) / name, directory)
    return directory


def run(context):
    quick, program = context.quick, context.program
    layers = context.layers
    named = [("uniform", uniform(layers), None)]
    if context.found:
        named.append(("found", context.found["skip_layer_ids"], context.found["draft"]))
    result = {"models": []}
    prompts, tokens = (4, 32) if quick else (6, 40)
    result["models"].append(compare(
        program, "reference", layers, 3 if quick else 30, context.seed,
        ["--max-prompts", prompts, "--max-tokens", tokens], named, 30 if quick else 170))
    if context.skip_135m or quick:  # Its costs alone take half a minute to measure.
        return result
    directory = random_model(program.model, context.work / "random-135m")
    deep = random_models.SHAPES["135m"][0]
    try:
        result["models"].append(compare(
            program.of(directory), "random 135M", deep, 30, context.seed + 2,
            ["--max-prompts", 2, "--max-tokens", 16],
            [("uniform", uniform(deep), None)], 170))
    except Exception as error:  # The reference model's figures stand without these.
        result["models"].append({"name": "random 135M", "error": repr(error)})
    return result


def tables(result):
    percent = lambda q: " / ".join(f"{100 * v:.1f}%" for v in q)
    lines = [
        "| model | sets | counts equal | tokens/s: abs(log(decoded / modelled)) | speedup: the same "
        f"| speedup decoded / modelled | goal: median ≤ {100 * GOAL:.0f}% |",
        "|---|---|---|---|---|---|---|"]
    for model in result["models"]:
        if "error" in model:
            lines.append(f"| {model['name']} | failed: {model['error']} | | | | | **missed** |")
            continue
        s = model["summary"]
        met = s["abs_log_tokens_per_second"][1] <= GOAL and s["counts_equal"] == s["sets"]
        lines.append(
            f"| {model['name']} | {s['sets']} of {model['wanted_sets']} | {s['counts_equal']} "
            f"| {percent(s['abs_log_tokens_per_second'])} | {percent(s['abs_log_speedup'])} "
            f"| {' / '.join(f'{v:.3f}' for v in s['speedup_over_modelled'])} "
            f"| {'met' if met else '**missed**'} |")
    lines += ["", "Lower quartile / median / upper quartile. Counts are rounds, drafts and accepted "
              "drafts of every prompt."]
    return lines


def panel(axes, result):
    for model in result["models"]:
        if "error" in model:
            continue
        x = [l["replay"]["speedup"] for l in model["lines"]]
        y = [l["speedup"] for l in model["lines"]]
        axes.scatter(x, y, s=14, label=model["name"])
    low, high = axes.get_xlim()
    axes.plot([low, high], [low, high], lw=0.8, color="grey")
    axes.set(xlabel="speedup modelled", ylabel="speedup decoded", title="Fidelity")
    axes.legend()
