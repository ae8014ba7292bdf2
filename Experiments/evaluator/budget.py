"""What a whole search costs, and whether what it says holds on held-out prompts."""

from statistics import mean

from data import uniform

GOAL, LOSS_GOAL, SPEEDUP_GOAL = 25, 0.03, 1.6


def run(context):
    before = context.plain_pass()
    if context.given_result:
        result, wall = context.given_result, None
    else:
        options = ["--seed", context.seed, "--max-tokens", context.tokens]
        trials = context.search_trials
        result, wall = context.program.search("search", "--trials", trials, *options)
    after = context.plain_pass()
    baseline = result["baseline"]
    prefill = mean([p["prefill"] / p["decoding"] for p in (before, after)])
    own = result["calibration"]["tokens"] / mean(baseline["samples"]) * (1 + prefill)
    context.take(result, own)
    best, layers = result["best"], result["model"]["num_layers"]
    even = uniform(layers)
    regular = next((e for e in result["sets"] if e["skip_layer_ids"] == even), None)
    bound = result["bound"]
    by_cost = bound["by_draft_cost"] if bound else []
    held = best and best["held_out"]
    out = {
        "given": context.given_result is not None,
        "trials": len(result["trials"]),
        "process_seconds": wall, "search_seconds": result["search_seconds"],
        "plain_passes": [before, after], "search_baseline_plain_seconds": own,
        "over_search_baseline": result["search_seconds"]["total"] / own,
        "over_plain_passes": result["search_seconds"]["total"] / mean(
            [p["prefill"] + p["decoding"] for p in (before, after)]),
        "best": best and {k: best[k] for k in (
            "skip_layer_ids", "draft", "acceptance_rate", "speedup", "draft_cost_ratio")},
        "held_out": held and {k: held[k] for k in (
            "acceptance_rate", "speedup", "speedup_ci95", "prompts")},
        "uniform_held_out": regular and regular["held_out"] and {
            k: regular["held_out"][k] for k in ("acceptance_rate", "speedup", "speedup_ci95")},
        "bound_zero_cost": by_cost[0]["perfect_acceptance_speedup"] if by_cost else None,
        "bound_least_cost": bound and bound["least_draft_cost"]["perfect_acceptance_speedup"],
        "bound_at_its_cost": None,
        "warnings": result["warnings"],
    }
    if best and by_cost and best["draft_cost_ratio"]:
        # Between two tenths, the finer is not in the file.
        at = min(by_cost, key=lambda p: abs(p["draft_cost_ratio"] - best["draft_cost_ratio"]))
        out["bound_at_its_cost"] = at
    if held:
        out["loss"] = 1 - held["speedup"] / best["speedup"]
        replay = best.get("replay")
        if replay and replay["speedup"]:
            out["loss_of_replay"] = 1 - held["speedup"] / replay["speedup"]
            out["replay_speedup"] = replay["speedup"]
    return out


def tables(r):
    met = lambda yes: "met" if yes else "**missed**"
    number = lambda v, digits=2: "–" if v is None else f"{v:.{digits}f}"
    total = r["search_seconds"]["total"]
    lines = [
        f"- {r['trials']} trials, {total:.1f} s in all; over plainly decoding the calibration set "
        f"(the search's own baseline, prefill added): {r['over_search_baseline']:.1f}x, goal ≤ {GOAL}x "
        "for 200: " + (met(r["over_search_baseline"] <= GOAL) if r["trials"] >= 200 or
                       r["over_search_baseline"] > GOAL else "not told by fewer trials"),
        "- Over plain passes just before and after it: " + (
            "not told, the result was given" if r["given"] else f"{r['over_plain_passes']:.1f}x"),
        "- Seconds: " + ", ".join(f"{k} {v:.1f}" for k, v in r["search_seconds"].items()),
        f"- Bound (every draft accepted): {number(r['bound_zero_cost'])}x at no draft cost, "
        f"{number(r['bound_least_cost'])}x at the least one"]
    at = r["bound_at_its_cost"]
    if at:
        lines.append(f"- Bound near the found set's draft cost ({r['best']['draft_cost_ratio']:.2f}; "
                     f"at {at['draft_cost_ratio']:.1f}): {at['perfect_acceptance_speedup']:.2f}x")
    if not r["held_out"]:
        return lines + ["- Nothing found that beats plain decoding: **missed**"]
    held, even = r["held_out"], r["uniform_held_out"]
    interval = lambda e: "–" if not e["speedup_ci95"] else "–".join(
        f"{v:.2f}" for v in e["speedup_ci95"])
    lines += [
        f"- Found: {held['speedup']:.2f}x ({interval(held)}) on {held['prompts']} held-out prompts, "
        f"acceptance {held['acceptance_rate']:.3f}; goal ≥ {SPEEDUP_GOAL}x: "
        + met(held["speedup"] >= SPEEDUP_GOAL),
        "- Uniform skipping: " + (
            f"{even['speedup']:.2f}x ({interval(even)}), acceptance {even['acceptance_rate']:.3f}"
            if even else "not measured"),
        f"- Loss from calibration ({r['best']['speedup']:.2f}x decoded) to held-out: "
        f"{100 * r['loss']:.1f}%, goal ≤ {100 * LOSS_GOAL:.0f}%: {met(r['loss'] <= LOSS_GOAL)}"]
    if "loss_of_replay" in r:
        lines.append(f"- From what complete replay of the calibration prompts says "
                     f"({r['replay_speedup']:.2f}x modelled): {100 * r['loss_of_replay']:.1f}%")
    return lines + [f"- Warning of the search: {w}" for w in r["warnings"]]
