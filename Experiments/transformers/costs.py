"""What passes cost: seconds of plain tokens, draft steps and verifications, timed in turn."""

import itertools
import statistics
import time

from passes import Buffers

# Draft steps after one another, and repetitions of everything; medians count.
STEPS = 4
REPETITIONS = 7


def measure(passes, context, rows, repetitions=REPETITIONS):
    """The answer to `costs`, at `context` positions before each pass."""
    layers = range(len(passes.layers))
    buffers = Buffers.empty(passes, 1, context + rows + STEPS + 1)
    buffers.positions[0, :context] = passes.tensor(list(range(context)))
    tokens = passes.tensor([[token % 7 for token in range(rows)]])

    def timed(count, attn=(), mlp=(), steps=1):
        places = passes.tensor([list(range(context, context + count))])
        with passes.skipping(attn, mlp):
            passes.wait()
            start = time.perf_counter()
            for _ in range(steps):
                buffers.used = context
                logits = passes.run(tokens[:, :count], places, buffers)
                # What choosing a token takes, and the wait for it.
                logits[0, -1].softmax(-1).argmax().item()
            passes.wait()
            return (time.perf_counter() - start) / steps

    drafts = {"none": ((), ()), "attention": (layers, ()), "mlp": ((), layers),
              "both": (layers, layers)}
    kinds = [("rows", count) for count in range(1, rows + 1)] + [("draft", name) for name in drafts]
    seconds = {kind: [] for kind in kinds}
    # The first of each is slow: it is left out.
    for repetition, kind in itertools.product(range(repetitions + 1), kinds):
        what, which = kind
        value = timed(which) if what == "rows" else timed(1, *drafts[which], steps=STEPS)
        if repetition:
            seconds[kind].append(value)
    median = {kind: statistics.median(values) for kind, values in seconds.items()}
    step = {name: median["draft", name] for name in drafts}
    # step = fixed + layers · (attention + mlp), by least squares over the four.
    count = len(layers)
    attention = max(0.0, (step["none"] - step["attention"] + step["mlp"] - step["both"]) / 2)
    mlp = max(0.0, (step["none"] - step["mlp"] + step["attention"] - step["both"]) / 2)
    mean = sum(step.values()) / 4
    verification = [median["rows", number] for number in range(1, rows + 1)]
    # More rows are never cheaper: what says so is noise.
    for number in range(1, rows):
        verification[number] = max(verification[number], verification[number - 1])
    return {
        "plain_seconds": median["rows", 1], "mean_context": context,
        "draft_step": {
            "fixed_seconds": max(1e-9, mean - (attention + mlp) / 2),
            "attention_seconds": attention / count, "mlp_seconds": mlp / count},
        "verification_seconds_by_rows": verification}
