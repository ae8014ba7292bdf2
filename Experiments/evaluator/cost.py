"""Seconds and standard error of an evaluation by the number of positions, beside decoding."""

from contextlib import ExitStack

import numpy as np

from data import random_set, uniform
from program import message
from quartiles import quartiles

GOAL, HOPELESS_GOAL = 1 / 8, 1 / 40
# A jackknife over 40 prompts knows its standard error to about a tenth.
SAME = 1.1


def run(context):
    layers = context.layers
    random = np.random.default_rng(context.seed + 10)
    sets = [("uniform", uniform(layers))]
    if context.found:
        sets.append(("found", context.found["skip_layer_ids"]))
    for density in () if context.quick else (0.35, 0.55):
        sets.append((f"random {density}", random_set(layers, density, random)))
    starts = [64, 256, "all"] if context.quick else [64, 128, 256, 384, 512, 1024, "all"]
    options = ["--prompts", context.calibration, "--max-prompts", 0,
               "--max-tokens", context.tokens]
    plain = context.plain_pass()
    share = plain["prefill"] / plain["decoding"]
    lines = []
    with ExitStack() as stack:
        # A session each: a replaying one takes its number of positions once, and remembers a set that it
        # has seen.
        sessions = {n: stack.enter_context(program_session(context, n, options)) for n in starts}
        decoder = stack.enter_context(
            context.program.session("--evaluator", "decode", *options))
        for label, skip in sets:
            line = {"label": label, "skip_layer_ids": skip, "replay": {}}
            for n, session in sessions.items():
                line["replay"][str(n)] = session.evaluate(skip)
            # With the rule that a complete replay chose, so that it is the same thing that is known.
            line["decode"] = decoder.evaluate(skip, line["replay"]["all"]["draft"])
            # Decoded in the same minute, in turn with the drafting run.
            decoding = sum(line["decode"]["samples"]["plain_seconds"])
            line["plain_seconds"] = decoding * (1 + share)
            lines.append(line)
            message(f"cost: {label}, plain {line['plain_seconds']:.1f} s, " + ", ".join(
                f"{n} positions {a['seconds']:.2f} s" for n, a in line["replay"].items()))
    result = {"plain_pass": plain, "lines": lines, "by_places": {}}
    for n in map(str, starts):
        answers = [(l["replay"][n], l) for l in lines]
        result["by_places"][n] = {
            "seconds_over_plain": quartiles(
                [a["seconds"] / l["plain_seconds"] for a, l in answers]),
            "standard_error": quartiles([a["acceptance_rate_se"] for a, _ in answers]),
            "standard_error_over_decode": quartiles([
                a["acceptance_rate_se"] / l["decode"]["acceptance_rate_se"] for a, l in answers
                if a["acceptance_rate_se"] and l["decode"]["acceptance_rate_se"]]),
            "acceptance_minus_decode": quartiles([
                a["acceptance_rate"] - l["decode"]["acceptance_rate"] for a, l in answers
                if a["acceptance_rate"] is not None and l["decode"]["acceptance_rate"] is not None]),
        }
    result["decode"] = {
        "seconds_over_plain": quartiles(
            [l["decode"]["seconds"] / l["plain_seconds"] for l in lines]),
        "standard_error": quartiles([l["decode"]["acceptance_rate_se"] for l in lines])}
    same = [n for n, row in result["by_places"].items()
            if row["standard_error_over_decode"]
            and row["standard_error_over_decode"][1] <= SAME]
    result["same_error_places"] = same[0] if same else None
    result["same_error_cost"] = (
        result["by_places"][same[0]]["seconds_over_plain"][1] if same else None)
    if context.result:
        trials = context.result["trials"]
        of = lambda early: [t["seconds"] / context.search_plain_seconds for t in trials
                            if t["stopped_early"] == early]
        result["search_trials"] = {
            "whole": {"count": len(of(False)), "seconds_over_plain": quartiles(of(False))},
            "hopeless": {"count": len(of(True)), "seconds_over_plain": quartiles(of(True))}}
    return result


def program_session(context, starts, options):
    given = [] if starts == "all" else ["--starts", starts]
    return context.program.session("--evaluator", "replay", *given, *options)


def verdict(value, goal):
    if value is None:
        return "not measured"
    return f"1/{1 / value:.1f}, goal ≤ 1/{1 / goal:.0f}: " + (
        "met" if value <= goal else "**missed**")


def tables(result):
    three = lambda q, digits: "–" if q is None else " / ".join(f"{v:.{digits}f}" for v in q)
    lines = ["| positions | seconds over plain pass | standard error of acceptance | over decoding's "
             "| acceptance less decoding's |", "|---|---|---|---|---|"]
    for n, row in result["by_places"].items():
        lines.append(
            f"| {n} | {three(row['seconds_over_plain'], 3)} | {three(row['standard_error'], 4)} "
            f"| {three(row['standard_error_over_decode'], 2)} "
            f"| {three(row['acceptance_minus_decode'], 3)} |")
    d = result["decode"]
    lines += [
        f"| decoded, with a plain run beside it | {three(d['seconds_over_plain'], 2)} "
        f"| {three(d['standard_error'], 4)} | 1 | 0 |", "",
        "Quartiles over the sets. A plain pass decodes the calibration prompts plainly, prefill "
        "included.", "",
        f"- Fewest positions with the standard error of decoding (up to {SAME}x): "
        f"{result['same_error_places']}; cost over a plain pass: "
        + verdict(result["same_error_cost"], GOAL)]
    trials = result.get("search_trials")
    if trials:
        for name, goal in (("whole", GOAL), ("hopeless", HOPELESS_GOAL)):
            q = trials[name]["seconds_over_plain"]
            lines.append(f"- Trials of the search, {name} ({trials[name]['count']}), median over a "
                         f"plain pass: {verdict(q and q[1], goal)}")
    return lines


def panel(axes, result):
    rows = [r for r in result["by_places"].values() if r["standard_error"]]
    axes.plot([r["seconds_over_plain"][1] for r in rows], [r["standard_error"][1] for r in rows],
              "o-", label="replay")
    for name, row in result["by_places"].items():
        if row["standard_error"]:
            axes.annotate(name, (row["seconds_over_plain"][1], row["standard_error"][1]))
    d = result["decode"]
    if d["standard_error"]:
        axes.plot([d["seconds_over_plain"][1]], [d["standard_error"][1]], "s", label="decoding")
    axes.axvline(GOAL, lw=0.8, color="grey")
    axes.set(xlabel="seconds over a plain pass", ylabel="standard error of acceptance",
             title="Cost by number of positions", xscale="log")
    axes.legend()
