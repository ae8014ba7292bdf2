"""Skip sets, prompts and sums of samples."""

import json
import re
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent.parent
BUILT_IN = ROOT / "Sources" / "SkipSearch" / "Prompts"


# MARK: Skip sets


def uniform(layers):
    """Every second layer but the first and the last; KnownSkipSets.swift."""
    odd = [i for i in range(1, layers - 1) if i % 2 == 1]
    return {"attn": odd, "mlp": odd}


def random_set(layers, density, random):
    """Each sub-layer left out with probability `density`; never none."""
    while True:
        attention, mlp = (np.flatnonzero(random.random(layers) < density) for _ in range(2))
        if len(attention) + len(mlp) > 0:
            return {"attn": attention.tolist(), "mlp": mlp.tolist()}


def random_sets(layers, count, seed):
    """(density, set) for `count` densities from 0.15 to 0.75, in random order."""
    random = np.random.default_rng(seed)
    densities = random.permutation(np.linspace(0.15, 0.75, count))
    return [(float(d), random_set(layers, d, random)) for d in densities]


def members(skip):
    return {("attn", i) for i in skip["attn"]} | {("mlp", i) for i in skip["mlp"]}


def jaccard(a, b):
    a, b = members(a), members(b)
    return len(a & b) / len(a | b) if a | b else 1.0


def chance_jaccard(a, b, layers, seed=0, draws=2000):
    """The mean overlap of random sets with as many attention and MLP sub-layers as a and b."""
    random = np.random.default_rng(seed)
    pick = lambda count: random.choice(layers, count, replace=False).tolist()
    draw = lambda s: {"attn": pick(len(s["attn"])), "mlp": pick(len(s["mlp"]))}
    return float(np.mean([jaccard(draw(a), draw(b)) for _ in range(draws)]))


# MARK: Prompts


def built_in():
    """(word problems, instructions): the program's own prompts, read from its source."""
    def texts(name):
        source = (BUILT_IN / f"BuiltInPrompts+{name}.swift").read_text()
        body = re.search(r'"""\n(.*?)\n\s*"""', source, re.S).group(1)
        return [" ".join(part.split()) for part in re.split(r"\n\s*\n", body)]

    question = lambda text: {"messages": [{"role": "user", "content": text}]}
    problems, tasks = texts("WordProblems"), texts("Instructions")
    if len(problems) != 3 * len(tasks):
        raise RuntimeError("the built-in prompts are not as they were; see BuiltInPrompts.swift")
    return [question(t) for t in problems], [question(t) for t in tasks]


def built_in_set():
    """In the program's order: three word problems, then an instruction."""
    problems, tasks = built_in()
    return [p for i, task in enumerate(tasks) for p in [*problems[3 * i:3 * i + 3], task]]


def kept_back(index):
    """Whether a search keeps a prompt back for its last measurement; CalibrationSplit.swift."""
    return index % 3 == 2


def write_prompts(path, prompts):
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(p) + "\n" for p in prompts))
    return path


def read_prompts(path):
    return [json.loads(line) for line in Path(path).read_text().splitlines() if line.strip()]


# MARK: Sums of samples


def figures(samples, prompts=None):
    """Speedup, acceptance rate and its standard error by prompt (delete-one jackknife), over the
    samples of some prompts (by number; None: all)."""
    column = lambda name: np.array(samples[name], float)
    number = np.array(samples["prompt"], int)
    chosen = np.ones(len(number), bool) if prompts is None else np.isin(number, list(prompts))
    if not chosen.any():
        return None
    drafted, accepted = column("draft_tokens")[chosen], column("accepted_draft_tokens")[chosen]
    plain, own = column("plain_seconds")[chosen], column("speculative_seconds")[chosen]
    tokens = column("tokens")[chosen] - 1
    rate = accepted.sum() / drafted.sum() if drafted.sum() else None
    error = None
    count = len(drafted)
    if count > 1 and (drafted.sum() - drafted > 0).all():
        without = (accepted.sum() - accepted) / (drafted.sum() - drafted)
        error = float(np.sqrt((count - 1) / count * ((without - without.mean()) ** 2).sum()))
    return {
        "prompts": count,
        "acceptance_rate": rate,
        "acceptance_rate_se": error,
        "speedup": plain.sum() / own.sum() if own.sum() else None,
        "tokens_per_second": tokens.sum() / own.sum() if own.sum() else None,
    }


def quartiles(values):
    """[lower quartile, median, upper quartile], None where there are no values."""
    values = [v for v in values if v is not None]
    return [float(q) for q in np.percentile(values, [25, 50, 75])] if values else None
