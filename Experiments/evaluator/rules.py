"""What each stop rule gains with the found set."""

from built_in_prompts import built_in_set, kept_back, write_prompts
from data import figures, uniform
from program import message


def grid(quick):
    lengths = (2, 4) if quick else range(1, 9)
    thresholds = (0.5, 0.7) if quick else (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
    for n in lengths:
        yield "fixed", {"max": n, "stop": "fixed"}
    for n in (8,) if quick else (4, 8):
        for p in thresholds:
            yield "confidence", {"max": n, "stop": "confidence", "threshold": p}
    yield "adaptive (Draft & Verify)", {"max": 8, "stop": "adaptive"}


def run(context):
    found = context.found
    skip = found["skip_layer_ids"] if found else uniform(context.layers)
    # A prefix is a fair sample; see BuiltInPrompts.swift.
    prompts = built_in_set()[:12 if context.quick else None]
    path = write_prompts(context.work / "built-in.jsonl", prompts)
    calibration = [i for i in range(len(prompts)) if not kept_back(i)]
    held = [i for i in range(len(prompts)) if kept_back(i)]
    options = ["--prompts", path, "--max-prompts", 0, "--max-tokens", context.tokens]
    rules = list(grid(context.quick))
    if found and found["draft"]:
        rules.append((f"the result's ({found['draft']['stop']})", found["draft"]))
    out = {"skip_layer_ids": skip, "set": "found" if found else "uniform", "lines": []}
    with context.program.session("--evaluator", "replay", *options) as session:
        for family, draft in rules:
            answer = session.evaluate(skip, draft)
            out["lines"].append({
                "family": family, "draft": draft, "seconds": answer["seconds"],
                "calibration": figures(answer["samples"], calibration),
                "held_out": figures(answer["samples"], held), "samples": answer["samples"]})
        message(f"stop rules: {len(rules)} replayed")
        # On all prompts: the program's own choice, for whatever the file says.
        answer = session.evaluate(skip)
        out["chosen_on_all"] = {"draft": answer["draft"], "speedup": answer["speedup"]}
        if answer["draft"]["stop"] == "calibrated" and not any(
                draft["stop"] == "calibrated" for _, draft in rules):
            out["note"] = "the program's own choice on all prompts is a calibrated rule"
    families = list(dict.fromkeys(line["family"] for line in out["lines"]))
    out["best"] = [
        max((l for l in out["lines"] if l["family"] == family),
            key=lambda l: l["calibration"]["speedup"]) for family in families]
    # The same few prompts for each, which decode plainly in turn with the drafting run.
    few = ["--prompts", path, "--max-prompts", 6 if context.quick else 21,
           "--max-tokens", context.tokens]
    with context.program.session("--evaluator", "decode", *few) as session:
        for line in out["best"]:
            answer = session.evaluate(skip, line["draft"])
            line["decoded"] = {k: answer[k] for k in (
                "prompts", "speedup", "speedup_ci95", "acceptance_rate", "samples", "seconds")}
            message(f"stop rules: {line['family']}, {answer['speedup']:.2f}x decoded")
    return out


def name(draft):
    rest = {k: v for k, v in draft.items() if k not in ("max", "stop", "thresholds")}
    text = f"{draft['stop']}, at most {draft['max']}"
    return text + (f", threshold {rest['threshold']}" if "threshold" in rest else "")


def tables(out):
    lines = [
        f"With the {out['set']} set; each family's best member on the calibration prompts. Replayed: "
        "exact counts and modelled seconds, one cost model.", "",
        "| rule | best member | calibration | held-out | acceptance, held-out | decoded (95%) |",
        "|---|---|---|---|---|---|"]
    for line in out["best"]:
        c, h, d = line["calibration"], line["held_out"], line["decoded"]
        interval = d["speedup_ci95"] and "–".join(f"{v:.2f}" for v in d["speedup_ci95"])
        lines.append(
            f"| {line['family']} | {name(line['draft'])} | {c['speedup']:.3f}x "
            f"| {h['speedup']:.3f}x | {h['acceptance_rate']:.3f} "
            f"| {d['speedup']:.2f}x ({interval}), {d['prompts']} prompts |")
    chosen = out["chosen_on_all"]
    lines += ["", f"Chosen by the program with all built-in prompts: {name(chosen['draft'])}, "
              f"{chosen['speedup']:.3f}x on the same."]
    return lines


def panel(axes, out):
    labels = [l["family"].split(" (")[0] for l in out["best"]]
    at = range(len(labels))
    for shift, (key, label) in enumerate((
            ("calibration", "replayed, calibration"), ("held_out", "replayed, held-out"),
            ("decoded", "decoded"))):
        axes.bar([i + 0.27 * (shift - 1) for i in at], [l[key]["speedup"] for l in out["best"]],
                 0.25, label=label)
    axes.set_xticks(list(at), labels)
    axes.set(ylabel="speedup", title="Stop rules")
    axes.legend(fontsize=7)
