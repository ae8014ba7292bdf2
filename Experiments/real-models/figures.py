"""Speedups and acceptance rates from runs of `generate --compare`, their table and plot."""

import math

# 0.975 quantiles of Student's t for 1 … 10 degrees of freedom (R 4.3: qt(0.975, 1:10)).
STUDENT = [12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281]


def student(degrees):
    """Beyond the table its expansion (Abramowitz and Stegun 26.7.5), exact to 2e-4 there."""
    if degrees <= len(STUDENT):
        return STUDENT[degrees - 1]
    z, n = 1.959963985, degrees
    return (z + (z ** 3 + z) / (4 * n) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * n ** 2)
            + (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * n ** 3))


def speedup(pairs):
    """(speedup, its 95% interval or None) of [(plain seconds, speculative seconds)], one for each
    prompt: the ratio of sums, its variance the delete-one jackknife's over prompts, as in
    SpeedupEstimate.swift."""
    pairs = [(p, s) for p, s in pairs if p > 0 and s > 0]
    if not pairs:
        return None, None
    plain, own = (sum(column) for column in zip(*pairs))
    ratio, count = plain / own, len(pairs)
    if count < 2:
        return ratio, None
    left = [math.log((plain - p) / (own - s)) for p, s in pairs]
    mean = sum(left) / count
    variance = (count - 1) / count * sum((value - mean) ** 2 for value in left)
    half = student(count - 1) * math.sqrt(variance)
    return ratio, [ratio * math.exp(-half), ratio * math.exp(half)]


def figures(samples):
    """The figures of some prompts' samples, all repetitions of a prompt together."""
    prompts = {}
    for sample in samples:
        plain, own = prompts.get(sample["prompt"], (0, 0))
        prompts[sample["prompt"]] = (
            plain + sample["plain_seconds"], own + sample["speculative_seconds"])
    total = lambda key: sum(sample[key] for sample in samples)
    drafted, calls = total("draft_tokens"), total("target_model_calls")
    ratio, interval = speedup(prompts.values())
    return {
        "prompts": len(prompts), "speedup": ratio, "speedup_ci95": interval,
        "acceptance_rate": total("accepted_draft_tokens") / drafted if drafted else None,
        # The first token of an answer is the prefill's.
        "tokens_per_call": (total("tokens") - len(samples)) / calls if calls else None}


def by_kind(samples, kinds):
    """{kind: figures}, "all" the last."""
    groups = {kind: [s for s in samples if s["kind"] == kind] for kind in kinds}
    return {kind: figures(group) for kind, group in groups.items() if group} | {
        "all": figures(samples)}


def cell(figure):
    if not figure or figure["speedup"] is None:
        return "–"
    low, high = figure["speedup_ci95"] or (None, None)
    interval = f" ({low:.2f}–{high:.2f})" if low else ""
    rate = figure["acceptance_rate"]
    return f"{figure['speedup']:.2f}x{interval}, {'–' if rate is None else f'{rate:.2f}'}"


def table(model, kinds):
    """Lines of Markdown."""
    columns = [*kinds, "all"]
    lines = [
        f"## {model['name']}", "",
        f"Plain decoding: {model['plain']['tokens_per_second']:.1f} tokens/s, "
        f"{model['plain']['peak_megabytes']:.0f} MB.", "",
        "| draft | " + " | ".join(columns) + " | tokens per call | memory |",
        "|---|" + "---|" * (len(columns) + 2)]
    for name, draft in model["drafts"].items():
        if "error" in draft:
            lines.append(f"| {name} | failed: {draft['error']} |" + " |" * (len(columns) + 1))
            continue
        more = draft["peak_megabytes"] - model["plain"]["peak_megabytes"]
        lines.append(
            f"| {name} | " + " | ".join(cell(draft["figures"].get(kind)) for kind in columns)
            + f" | {draft['figures']['all']['tokens_per_call']:.2f} | {more:+.0f} MB |")
    return lines + ["", *(f"- {note}" for note in model["notes"]), ""]


def plot(models, kinds, path):
    import matplotlib

    matplotlib.use("svg")
    import matplotlib.pyplot as plt

    plotted, axes = plt.subplots(
        len(models), 1, figsize=(9, 3.4 * len(models)), constrained_layout=True, squeeze=False)
    columns = [*kinds, "all"]
    for axis, model in zip(axes[:, 0], models):
        drafts = {n: d["figures"] for n, d in model["drafts"].items() if "error" not in d}
        for column, kind in enumerate(columns):
            for row, (name, found) in enumerate(drafts.items()):
                figure = found.get(kind)
                if not figure or figure["speedup"] is None:
                    continue
                x = column + (row - (len(drafts) - 1) / 2) * 0.8 / max(len(drafts), 1)
                value, interval = figure["speedup"], figure["speedup_ci95"] or [figure["speedup"]] * 2
                axis.errorbar(
                    x, value, [[value - interval[0]], [interval[1] - value]], fmt="o", capsize=2,
                    markersize=4, color=f"C{row}", label=name if column == 0 else None)
        axis.axhline(1, lw=0.8, color="grey")
        axis.set(title=model["name"], ylabel="speedup", xticks=range(len(columns)))
        axis.set_xticklabels(columns)
        axis.legend(fontsize=7, ncols=2)
    plotted.savefig(path)
