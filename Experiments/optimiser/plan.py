"""Which method runs on which problem, with how many seeds and trials.

Seeds of the synthetic families start at 1000: our own method was tuned on seeds below 32.
"""
from methods import CODINGS, COMPOSITE, NAMES, SKIP_SETS

FIRST_SEED = 1000
SLOW = {"optuna-gp", "bayes-opt", "botorch", "botorch-composite"}

# problem: (trials, seeds, seeds of the slow methods); the most telling first.
PLAN = {
    "skipsynth-32": (200, 20, 20), "real": (200, 10, 10), "skipsynth-80": (200, 20, 10),
    "skipsynth-12": (200, 20, 20), "skipjoint-32": (200, 20, 10), "skipjoint-32-ordinary": (200, 20, 0),
    "skipsynth-32-cliff": (200, 10, 0), "skipsynth-32-permuted": (200, 10, 0),
    "skipsynth-32-miscost": (200, 10, 0), "skipsynth-32-additive": (200, 10, 0),
    "labs-50": (200, 10, 5), "contamination-25": (200, 10, 5), "wmaxsat-28": (200, 10, 5),
    "wmaxsat-43": (200, 10, 5), "wmaxsat-60": (200, 10, 5),
}

# Draft & Verify searches for 1000 trials: (problem, method, trials, seeds).
LONG = ("real", "bayes-opt", 1000, 2)


def jobs(only, methods, seeds):
    """(problem, seed, method, trials), one seed after the other so that what is there is balanced; the
    long runs last."""
    for name in only:
        trials, planned, slow = PLAN[name]
        for seed in range(min(planned, seeds or planned)):
            for method in methods or NAMES:
                if method in COMPOSITE and not name.startswith(("skip", "real")):
                    continue
                if method in (SKIP_SETS if name.startswith("skipjoint") else CODINGS):
                    continue
                if method in SLOW and seed >= slow:
                    continue
                yield name, FIRST_SEED + seed, method, trials
    name, method, trials, planned = LONG
    if name in only and (methods is None or method in methods):
        for seed in range(min(planned, seeds or planned)):
            yield name, FIRST_SEED + seed, method, trials
