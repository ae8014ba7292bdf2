"""Random tiny models of every architecture that `Experiments/architectures` knows: rounds replayed in
batches by passes.py beside the same rounds one by one, on transformers' own cache; and decoding.

    python3 families.py [--seeds 5] [--only gemma]

Exit code 1 where a token, or a confidence by more than 1e-6 (transformers rounds some of float64 to float32), differs.
"""

import argparse
import copy
import random
import sys
from pathlib import Path

import torch
import transformers

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "architectures"))
from compare import MAKERS, restore, skipping, tiny  # noqa: E402
from passes import Passes  # noqa: E402
from texts import Speculation  # noqa: E402

MAXIMUM = 18


@torch.no_grad()
def drafted(model, tokens, ahead, attn, mlp, steps, ends):
    """Tokens and confidences of a round after `tokens`, behind `ahead`: token by token on a growing
    cache."""
    cache = transformers.DynamicCache()
    if tokens[:-1]:
        model(input_ids=torch.tensor([tokens[:-1]]), past_key_values=cache, use_cache=True)
    saved, found, sure, last = skipping(model, attn, mlp), [], [], tokens[-1:] + ahead
    try:
        for _ in range(steps):
            for token in last:
                out = model(input_ids=torch.tensor([[token]]), past_key_values=cache, use_cache=True)
            probabilities = out.logits[0, -1].softmax(-1)
            last = [int(probabilities.argmax())]
            found += last
            sure.append(float(probabilities[last[0]]))
            if last[0] in ends:
                break
    finally:
        restore(saved)
    return found, sure


@torch.no_grad()
def continued(model, prompt, count, ends):
    ids = []
    while len(ids) < count and not (ids and ids[-1] in ends):
        logits = model(input_ids=torch.tensor([prompt + ids]), use_cache=False).logits
        ids.append(int(logits[0, -1].argmax()))
    return ids


def check(draw, make):
    """(rounds compared, problems)"""
    model = tiny(draw, make)
    plain = copy.deepcopy(model)
    passes = Passes(model, "cpu")
    ends = {2, draw.randrange(3, 20)}
    context = passes.context(1 << 20)
    if context < 30:
        return 0, []
    words = passes.config.vocab_size - 20 if make.__name__.endswith("multimodal") else passes.config.vocab_size
    lengths = [draw.randint(1, min(14, context - MAXIMUM - 1)) for _ in range(3)]
    prompts = [[draw.randrange(3, min(90, words)) for _ in range(length)] for length in lengths]
    speculation = Speculation(passes, ends, MAXIMUM, context, rows=draw.choice([1, 5, 64]))
    problems, positions = [], []
    for number, prompt in enumerate(prompts):
        ids = speculation.plain(number, prompt)[0]
        if ids != continued(plain, prompt, MAXIMUM, ends):
            problems.append(f"plain decoding of {prompt}: {ids}")
        if speculation.plain(number, prompt, known=ids)[0] != ids:
            problems.append("a known text became another one")
        # No draft goes beyond the context.
        room = context - len(prompt) - 3
        positions += [[number, i, draw.randint(1, min(5, room - i))]
                      for i in range(min(len(ids) - 1, room))]
    layers = range(len(passes.layers))
    attn, mlp = ([i for i in layers if draw.random() < 0.3] for _ in range(2))
    texts = speculation.texts
    behind = [texts[p].ids[i + 1:i + 1 + draw.choice([0, 0, 1, 2])] for p, i, _ in positions]
    matched, sure, ended = speculation.replay(attn, mlp, positions, behind, None)
    for (p, i, steps), ahead, m, confidences, end in zip(positions, behind, matched, sure, ended):
        text = texts[p]
        tokens, expected = drafted(
            plain, text.prompt + text.ids[:i + 1], ahead, attn, mlp, steps, ends)
        rest = text.ids[i + 1 + len(ahead):]
        right = 0
        while right < min(len(tokens), len(rest)) and tokens[right] == rest[right]:
            right += 1
        if m != right or end != (tokens[-1] in ends) or len(confidences) != len(expected) or any(
                abs(a - b) > 1e-6 for a, b in zip(confidences, expected)):
            problems.append(f"prompt {p} at {i} behind {ahead}: {m} {confidences}, not {right} {expected}")
    for number, prompt in enumerate(prompts):
        rule = {"max": draw.randint(1, 6), "least_confidence": draw.choice([0, 0.1]),
                "least_products": [], "lookup": draw.choice([None, {"limits": [0, 2], "continues": True}])}
        answer = speculation.speculative(number, prompt, attn, mlp, rule)
        emitted = answer["accepted"] + answer["target_calls"] - len(answer["ids"]) + 1
        if answer["ids"] != texts[number].ids or answer["differing"] or emitted not in (0, 1):
            problems.append(f"decoding {prompt} with {rule}: {answer}")
    return len(positions), problems


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    torch.set_num_threads(1)
    failed = False
    for make in MAKERS:
        if options.only not in make.__name__:
            continue
        rounds, problems = 0, []
        for seed in range(options.seeds):
            count, found = check(random.Random(f"{make.__name__} {seed}"), make)
            rounds += count
            problems += [f"seed {seed}: {problem}" for problem in found]
        print(f"{make.__name__[5:]}: {rounds} rounds, {len(problems)} differ", flush=True)
        for problem in problems[:5]:
            print("  " + problem)
        failed = failed or bool(problems) or not rounds
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
