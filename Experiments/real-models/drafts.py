"""The drafts that are compared: what a search found, and single ingredients of a draft."""

import json

# A lookup follows what the last two tokens were followed by before: the better of 2 and 3 on answers
# of both public models.
LOOKUP = 2
SHORT_HEAD = 8192


def drafts(result, vocabulary, work):
    """{name: options of `generate`}. `result` is a search's, or nothing."""
    chosen = {}
    entry = result and result["best"]
    if entry:
        path = work / "found.json"
        path.write_text(json.dumps(result))
        chosen["found"] = ["--skip-set", path]
        skip = entry["skip_layer_ids"]
        if skip["attn"] or skip["mlp"]:
            # Its stop rule stays, which was fitted to more than skipping.
            only = {key: entry["draft"][key] for key in entry["draft"]
                    if key not in ("weights", "head", "lookup")}
            path = work / "skipping.json"
            path.write_text(json.dumps({"skip_layer_ids": skip, "draft": only}))
            chosen["its skipping alone"] = ["--skip-set", path]
    flags = lambda weights, head="full", lookup="off": [
        "--draft-weights", weights, "--draft-vocabulary", head, "--lookup", lookup]
    head = SHORT_HEAD if vocabulary > 2 * SHORT_HEAD else vocabulary // 4
    chosen["8 bits"] = flags(8)
    chosen["4 bits"] = flags(4)
    chosen[f"4 bits, head of {head}"] = flags(4, head)
    chosen[f"4 bits, lookup of {LOOKUP}"] = flags(4, lookup=LOOKUP)
    chosen[f"lookup of {LOOKUP} alone"] = ["--lookup", LOOKUP]
    return chosen
