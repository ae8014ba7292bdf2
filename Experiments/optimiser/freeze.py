"""Freezes the costs of the real objective in real.json.

    python3 Experiments/optimiser/freeze.py RESULT.json [RESULT-WITH-SCREEN.json]
"""
import json
import pathlib
import sys

import numpy

HERE = pathlib.Path(__file__).resolve().parent


def freeze(result, screened):
    """Costs from a search's result: the mean over its trials of what a sub-layer adds; the screen, and
    what it costs in trials, from one that has it."""
    layers = result["model"]["num_layers"]
    trials = [t for t in result["trials"] if t.get("draft_cost_ratio")]
    rows = [
        [1, layers - len(t["skip_layer_ids"]["attn"]), layers - len(t["skip_layer_ids"]["mlp"])]
        for t in trials]
    base, attention, mlp = numpy.linalg.lstsq(
        numpy.array(rows, dtype=float), numpy.array([t["draft_cost_ratio"] for t in trials]),
        rcond=None)[0]
    costs = result["cost_model"]
    context = costs["verification_context_seconds"] * costs["mean_context"]
    plain = costs["plain_seconds"] + costs["plain_context_seconds"] * costs["mean_context"]
    # More rows never cost less; where the model has it so, that is noise.
    verification = [1.0]
    for rows_seconds in costs["verification_seconds_by_rows"][1:]:
        verification.append(max(verification[-1], (rows_seconds + context) / plain))
    seconds = result["search_seconds"]
    per_trial = seconds["evaluation"] / len(result["trials"])
    frozen = {
        "layers": layers, "base_cost": base, "attention_cost": attention, "mlp_cost": mlp,
        "verification_costs": verification[1:6], "screen": screened["screen"],
        "screen_trials": round(seconds["screening"] / per_trial)}
    (HERE / "real.json").write_text(json.dumps(frozen, indent=1) + "\n")


if __name__ == "__main__":
    freeze(*(json.loads(pathlib.Path(p).read_text()) for p in (sys.argv[1], sys.argv[-1])))
