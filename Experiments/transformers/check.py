"""Replays and decodings of evaluator.py beside those of skip-search's own evaluator, on one model: for
random drafts and stop rules, what every prompt's rounds draft, accept and verify has to be the same.

    pip install -r requirements.txt
    python3 check.py ../../.build/debug/skip-search [--model ../models/reference] [--drafts 20]

skip-search replays by `evaluate --evaluator replay`. Exit code 1 where anything differs.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from built_in_prompts import built_in_set, write_prompts  # noqa: E402
from lines import Lines  # noqa: E402

HERE = Path(__file__).resolve().parent


def walk(text, rounds, most, rule, tokens):
    """(drafted, accepted, passes) of the rounds that decoding has, from records at all positions."""
    position, drafted, accepted, passes = 0, 0, 0, 0
    while position < len(text) - 1:
        matched, confidences, ends = rounds[position]
        limit = max(0, tokens - position - 2)
        count = 0
        while count < min(limit, most):
            count += 1
            if ends and count == len(confidences):
                break
            if confidences[count - 1] < rule["least_confidence"]:
                break
        right = min(count, matched)
        drafted, accepted, passes = drafted + count, accepted + right, passes + 1
        position += right + 1
    return drafted, accepted, passes


class Ours:
    """skip-search's own replay."""

    def __init__(self, binary, model, prompts, tokens, most, criterion):
        self.lines = Lines([
            binary, "evaluate", "--model", model, "--stdin", "--evaluator", "replay", "--prompts", prompts,
            "--max-prompts", 0, "--max-tokens", tokens, "--draft-max", most, "--draft-stop", criterion])

    def counts(self, skip):
        samples = self.lines.ask({"attn": skip["attn"], "mlp": skip["mlp"]})["samples"]
        columns = (samples[name] for name in (
            "prompt", "tokens", "draft_tokens", "accepted_draft_tokens", "target_model_calls"))
        return {prompt: counts for prompt, *counts in zip(*columns)}


class Theirs:
    """evaluator.py, spoken to as skip-search does."""

    def __init__(self, options, prompts):
        command = [sys.executable, HERE / "evaluator.py", "--model", options.model,
                   "--dtype", options.dtype, "--device", options.device, "--rows", options.rows]
        self.lines, self.id = Lines(command), 0
        hello = self.ask("hello", protocol="skip-search/evaluator/1", max_tokens=options.tokens,
                         prompts=[p | {"name": f"prompt {n}"} for n, p in enumerate(prompts)])
        self.layers = hello["layers"]
        self.prompts = range(len(hello["prompts"]))
        self.texts = [self.ask("plain", prompt=n)["ids"] for n in self.prompts]
        self.tokens = options.tokens

    def ask(self, name, **members):
        self.id += 1
        return self.lines.ask({"id": self.id, "request": name, **members})

    def records(self, skip, most, least=None):
        positions = [[n, i, min(most, self.tokens - i - 2)]
                     for n in self.prompts for i in range(len(self.texts[n]) - 1)]
        asked = [p for p in positions if p[2] > 0]
        answer = self.ask("replay", draft=skip, positions=asked, least_confidence=least)
        found = dict(zip(map(tuple, asked), zip(
            answer["matched"], answer["confidences"], answer["ends"])))
        return [[found.get((n, i, steps), (0, [], False)) for m, i, steps in positions if m == n]
                for n in self.prompts]

    def counts(self, skip, most, rule):
        records = self.records(skip, most)
        return {n: [len(text), *walk(text, records[n], most, rule, self.tokens)]
                for n, text in enumerate(self.texts) if len(text) > 1}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("binary")
    parser.add_argument("--model", default=str(HERE.parent / "models" / "reference"))
    parser.add_argument("--prompts", type=int, default=12)
    parser.add_argument("--drafts", type=int, default=20)
    parser.add_argument("--decoded", type=int, default=3, help="drafts that are really decoded too")
    parser.add_argument("--tokens", type=int, default=48)
    parser.add_argument("--dtype", default="float32")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--rows", type=int, default=64)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    draw = random.Random(options.seed)
    prompts = built_in_set()[:options.prompts]
    path = write_prompts(Path(tempfile.mkdtemp()) / "prompts.jsonl", prompts)
    theirs = Theirs(options, prompts)
    rules = [(6, "fixed", 0.0), (8, "confidence:0.4", 0.4), (1, "fixed", 0.0)]
    differing = compared = drafted = accepted = 0
    ours = {rule: Ours(options.binary, options.model, path, options.tokens, *rule[:2])
            for rule in rules}
    for number in range(options.drafts):
        layers = range(theirs.layers)
        share = draw.choice([0.05, 0.15, 0.3, 0.6])
        skip = {kind: sorted(i for i in layers if draw.random() < share) for kind in ("attn", "mlp")}
        draft = skip | {"weights": "model", "head": "model"}
        most, criterion, least = rule = rules[number % len(rules)]
        wanted = ours[rule].counts(skip)
        found = theirs.counts(draft, most, {"least_confidence": least})
        wrong = [n for n in wanted if wanted[n] != found.get(n)] + list(set(found) - set(wanted))
        compared, differing = compared + len(wanted), differing + len(wrong)
        drafted += sum(counts[1] for counts in wanted.values())
        accepted += sum(counts[2] for counts in wanted.values())
        for n in wrong:
            print(f"draft {number} {skip}, {criterion}, prompt {n}: {wanted.get(n)} here, {found.get(n)} there")
        # What is cut short says the same as far as it goes.
        short, full = theirs.records(draft, most, 0.3), theirs.records(draft, most)
        for one, other in zip(short, full):
            for (m, c, _), (matched, confidences, _) in zip(one, other):
                close = all(abs(a - b) < 1e-3 for a, b in zip(c, confidences))
                if m != matched or not close or len(c) > len(confidences):
                    differing += 1
                    print(f"draft {number}: a round cut short is {m}, {c}, not {matched}, {confidences}")
        for n in range(options.prompts if number < options.decoded else 0):
            answer = theirs.ask("decode", prompt=n, draft=draft, rule={
                "max": most, "least_confidence": least, "least_products": [], "lookup": None})
            counts = [len(answer["ids"]), answer["drafted"], answer["accepted"], answer["target_calls"]]
            if answer["ids"] != theirs.texts[n] or answer["differing"] or n in found and counts != found[n]:
                differing += 1
                print(f"draft {number}, prompt {n}: decoded {counts}, replayed {found.get(n)}")
    print(json.dumps(dict(
        prompts=len(theirs.texts), drafts=options.drafts, compared=compared, drafted=drafted,
        accepted=accepted, differing=differing)))
    sys.exit(1 if differing or not accepted or accepted == drafted else 0)


if __name__ == "__main__":
    try:
        main()
    except (RuntimeError, subprocess.SubprocessError) as error:
        sys.exit(f"Error: {error}")
