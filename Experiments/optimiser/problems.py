"""The problems of the comparison, by name."""
from skipsynth import SkipSynth
from skipjoint import SkipJoint
from standard import Contamination, Labs, MaxSat


def problem(name, seed, maxsat=None):
    kind, _, rest = name.partition("-")
    if kind == "skipsynth":
        layers, _, variant = rest.partition("-")
        return SkipSynth(int(layers), seed, variant or "base")
    if kind == "skipjoint":
        layers, _, variant = rest.partition("-")
        return SkipJoint(int(layers), seed, variant or "base")
    if kind == "real":
        from real import Real
        return Real(seed)
    if kind == "labs":
        return Labs(seed)
    if kind == "contamination":
        return Contamination(seed)
    if kind == "wmaxsat":
        return MaxSat(int(rest), seed, maxsat)
    raise ValueError(f"no problem is called {name}")
