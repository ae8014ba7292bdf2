"""Skip sets and sums of samples."""

from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent.parent


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
