"""Does a set hold on other prompts, does another half of the prompts find the same one, and what does a
set tuned on word problems do on stories?

Every set found is judged at the end in one session over all prompts: one cost model, so that differences
are those of prompts and sets alone. A session's line has its samples prompt by prompt.
"""

import time

import numpy as np

from built_in_prompts import built_in_set, kept_back, read_prompts, write_prompts
from data import chance_jaccard, figures, jaccard, uniform
from program import message
from quartiles import quartiles

# What all searches together may take; the judging comes on top.
SEARCH_SECONDS = 330


def file_for(calibration_count):
    """How many prompts a file needs for a search to use so many, a third kept back."""
    count = 0
    while sum(not kept_back(i) for i in range(count)) < calibration_count:
        count += 1
    return count


def search(context, name, prompts, calibration, seed):
    """The set that a search found, with the prompts (by number in `everything`) that tuned it."""
    everything = context.everything
    path = write_prompts(context.work / f"{name}.jsonl", [everything[i] for i in prompts])
    result, seconds = context.program.search(
        name, "--prompts", path, "--evaluator", "replay", "--trials", context.gap_trials,
        "--trial-prompts", calibration, "--trial-starts", 256, "--seed", seed, "--max-tokens", context.tokens, "--force")
    others = [p for i, p in enumerate(prompts) if not kept_back(i)]
    used = min(calibration, len(others))
    chosen = [others[i * len(others) // used] for i in range(used)]
    entry = result["best"] or result["sets"][0]
    message(f"generalisation: {name} took {seconds:.0f} s")
    return {
        "name": name, "seconds": seconds, "seed": seed, "calibration": chosen,
        "skip_layer_ids": entry["skip_layer_ids"], "draft": entry["draft"],
        "search_speedup": entry["speedup"], "warnings": result["warnings"]}


def run(context):
    quick, seed = context.quick, context.seed
    # A prefix is a fair sample; see BuiltInPrompts.swift.
    own = built_in_set()[:24 if quick else None]
    held = read_prompts(context.held_out) if context.held_out else []
    if quick:
        held = held[:6]
    stories = read_prompts(context.stories)[:6 if quick else None]
    context.everything = [*own, *held, *stories]
    first_held, first_story = len(own), len(own) + len(held)
    held_numbers = list(range(first_held, first_story))
    story_numbers = list(range(first_story, len(context.everything)))
    out = {"held_out_source": str(context.held_out) if held else "rest of the built-in prompts",
           "searches": [], "problems": []}

    start = time.monotonic()

    def attempt(kind, *arguments, **more):
        if time.monotonic() - start > SEARCH_SECONDS:
            out["problems"].append(f"{arguments[0]}: left out for lack of time")
            return
        try:
            found = search(context, *arguments) | {"kind": kind, **more}
            out["searches"].append(found)
        except Exception as error:  # One search that fails does not take the others with it.
            out["problems"].append(f"{arguments[0]}: {error!r}")

    # A held-out file that says nothing of kinds is one of word problems.
    of_kind = lambda numbers: [
        i for i in numbers if context.everything[i].get("kind", "word problem") == "word problem"]
    problems = of_kind(range(len(own)))
    attempt("domain", "word-problems", problems, len(own), seed, domain="word problems")
    attempt("domain", "stories", story_numbers, len(own), seed, domain="stories")
    order = np.random.default_rng([seed, 21]).permutation(len(own)).tolist()
    for half, prompts in enumerate((order[0::2], order[1::2])):
        attempt("half", f"half-{half}", prompts, len(own), seed,
                repeat=0, half=half, prompts=prompts)
    # Seeds last: where time is short, each size has one at least.
    sizes, repeats = ([4, 12], 1) if quick else ([4, 8, 16, 32, 64], 2)
    for repeat in range(repeats):
        for size in sizes:
            random = np.random.default_rng([seed, 20, size, repeat])
            prompts = random.permutation(len(own))[:file_for(size)].tolist()
            attempt("size", f"size-{size}-{repeat}", prompts, size, seed + repeat, size=size)
    judge(context, out)
    score(out, context.layers, len(own), held_numbers, of_kind(held_numbers) or problems,
          story_numbers)
    return out


def judge(context, out):
    path = write_prompts(context.work / "everything.jsonl", context.everything)
    out["uniform"] = {"skip_layer_ids": uniform(context.layers), "draft": None}
    with context.program.session(
            "--evaluator", "replay", "--prompts", path, "--max-prompts", 0,
            "--max-tokens", context.tokens) as session:
        for found in [out["uniform"], *out["searches"]]:
            found["judged"] = session.evaluate(found["skip_layer_ids"], found["draft"])
            message(f"generalisation: judged {found.get('name', 'uniform')}, "
                    f"{found['judged']['speedup']:.2f}x on all prompts")


def score(out, layers, own_count, held_numbers, problems, story_numbers):
    on = lambda found, prompts: figures(found["judged"]["samples"], prompts)
    loss = lambda a, b: None if not a or not b else 1 - b["speedup"] / a["speedup"]
    for found in out["searches"]:
        used = set(found["calibration"])
        found["on_calibration"] = on(found, used)
        found["on_held_out"] = on(found, held_numbers)
        found["on_rest"] = on(found, [i for i in range(own_count) if i not in used])
        found["loss_held_out"] = loss(found["on_calibration"], found["on_held_out"])
        found["loss_rest"] = loss(found["on_calibration"], found["on_rest"])
    out["uniform"]["on_held_out"] = on(out["uniform"], held_numbers)

    sizes = sorted({f["size"] for f in out["searches"] if f["kind"] == "size"})
    out["by_size"] = []
    for size in sizes:
        runs = [f for f in out["searches"] if f["kind"] == "size" and f["size"] == size]
        column = lambda key, figure: [f[key] and f[key][figure] for f in runs]
        out["by_size"].append({
            "size": size, "runs": len(runs),
            "calibration": quartiles(column("on_calibration", "speedup")),
            "rest": quartiles(column("on_rest", "speedup")),
            "held_out": quartiles(column("on_held_out", "speedup")),
            "acceptance_calibration": quartiles(column("on_calibration", "acceptance_rate")),
            "acceptance_held_out": quartiles(column("on_held_out", "acceptance_rate")),
            "loss_rest": quartiles([f["loss_rest"] for f in runs]),
            "loss_held_out": quartiles([f["loss_held_out"] for f in runs])})

    out["halves"] = []
    halves = [f for f in out["searches"] if f["kind"] == "half"]
    for repeat in sorted({f["repeat"] for f in halves}):
        pair = sorted((f for f in halves if f["repeat"] == repeat), key=lambda f: f["half"])
        if len(pair) < 2:
            continue
        a, b = pair
        row = {"repeat": repeat,
               "jaccard": jaccard(a["skip_layer_ids"], b["skip_layer_ids"]),
               "chance": chance_jaccard(a["skip_layer_ids"], b["skip_layer_ids"], layers)}
        for name, one, other in (("first", a, b), ("second", b, a)):
            row[name] = {"own_half": on(one, one["prompts"]), "other_half": on(one, other["prompts"]),
                         "own_calibration": one["on_calibration"]}
        out["halves"].append(row)

    out["domains"] = []
    for found in (f for f in out["searches"] if f["kind"] == "domain"):
        used = set(found["calibration"])
        out["domains"].append({
            "tuned_on": found["domain"], "calibration": found["on_calibration"],
            "word_problems": on(found, [i for i in problems if i not in used]),
            "stories": on(found, [i for i in story_numbers if i not in used]),
            "warnings": [w for w in found["warnings"] if "loop" in w]})
    out["domains"].append({
        "tuned_on": "uniform skipping", "calibration": None,
        "word_problems": on(out["uniform"], problems), "stories": on(out["uniform"], story_numbers),
        "warnings": []})


def tables(out):
    x = lambda q: "–" if not q else f"{q[1]:.2f}x ({q[0]:.2f}–{q[2]:.2f})"
    percent = lambda q: "–" if not q else f"{100 * q[1]:.1f}% ({100 * q[0]:.1f}–{100 * q[2]:.1f})"
    speed = lambda f: "–" if not f else f"{f['speedup']:.2f}x, {f['acceptance_rate'] or 0:.3f}"
    lines = [
        "Modelled speedups of exact counts, all by one cost model. Medians (quartiles) of the runs.",
        f"Held-out: {out['held_out_source']}.", "",
        "| calibration prompts | runs | calibration | other built-in prompts | held-out | loss to "
        "others | loss to held-out | acceptance, calibration | held-out |",
        "|---|---|---|---|---|---|---|---|---|"]
    for row in out["by_size"]:
        a, h = row["acceptance_calibration"], row["acceptance_held_out"]
        lines.append(
            f"| {row['size']} | {row['runs']} | {x(row['calibration'])} | {x(row['rest'])} "
            f"| {x(row['held_out'])} | {percent(row['loss_rest'])} "
            f"| {percent(row['loss_held_out'])} | {f'{a[1]:.3f}' if a else '–'} "
            f"| {f'{h[1]:.3f}' if h else '–'} |")
    lines += ["", f"Uniform skipping on held-out prompts: {speed(out['uniform']['on_held_out'])}.", "",
              "| halves | Jaccard overlap | by chance | first's set: own half | other half "
              "| second's set: own half | other half |", "|---|---|---|---|---|---|---|"]
    for row in out["halves"]:
        lines.append(
            f"| {row['repeat'] + 1} | {row['jaccard']:.2f} | {row['chance']:.2f} "
            f"| {speed(row['first']['own_half'])} | {speed(row['first']['other_half'])} "
            f"| {speed(row['second']['own_half'])} | {speed(row['second']['other_half'])} |")
    lines += ["", "| tuned on | its calibration prompts | word problems | stories |",
              "|---|---|---|---|"]
    for row in out["domains"]:
        lines.append(f"| {row['tuned_on']} | {speed(row['calibration'])} "
                     f"| {speed(row['word_problems'])} | {speed(row['stories'])} |")
    lines += ["", "Speedup, acceptance rate; on prompts that did not tune the set."]
    lines += [f"- Tuned on {r['tuned_on']}: {w}" for r in out["domains"] for w in r["warnings"]]
    return lines + [f"- Failed: {p}" for p in out["problems"]]


def panel(axes, out):
    for key, label in (("loss_rest", "other built-in prompts"), ("loss_held_out", "held-out")):
        rows = [r for r in out["by_size"] if r[key]]
        if not rows:
            continue
        sizes = [r["size"] for r in rows]
        axes.plot(sizes, [100 * r[key][1] for r in rows], "o-", label=label)
        axes.fill_between(sizes, [100 * r[key][0] for r in rows], [100 * r[key][2] for r in rows],
                          alpha=0.2)
    axes.axhline(3, lw=0.8, color="grey")
    axes.set(xlabel="calibration prompts", ylabel="loss of speedup, %", title="Generalisation",
             xscale="log")
    axes.legend()
