"""The exported Python module on random tiny models of every architecture that
`Experiments/architectures` knows, with random skip sets, stop rules and lookups, beside plain
`generate`, in float64.

    python3 families.py DRAFT.py [--seeds 5] [--only gemma]

Exit code 1 where a text differs.
"""

import argparse
import random
import sys
import types
from pathlib import Path

import torch

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE.parent / "architectures"))
sys.path.append(str(HERE.parent / "transformers"))
from check import LOOKUPS, STOPS, imported  # noqa: E402
from compare import MAKERS, tiny  # noqa: E402
from passes import Passes  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("draft")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    torch.set_num_threads(1)
    module = imported(options.draft)
    failed = False
    for make in MAKERS:
        if options.only not in make.__name__:
            continue
        total, accepted, drafted, problems = 0, 0, 0, []
        for seed in range(options.seeds):
            draw = random.Random(f"{make.__name__} {seed}")
            model = tiny(draw, make)
            module.LAYERS = len(module.decoder_layers(model))
            model.generation_config.eos_token_id = [2, draw.randrange(3, 20)]
            model.generation_config.pad_token_id = 2
            # Where rotations depend on how long a text is, a pass over several tokens rotates some
            # of them otherwise than one by one: no longer than that.
            context = Passes.context(types.SimpleNamespace(config=model.config.get_text_config()))
            count = min(24, context - 20)
            if count < 4:
                continue
            for _ in range(3):
                part = draw.choice([0.2, 0.5, 0.8])
                module.SKIP_ATTN, module.SKIP_MLP = (
                    [i for i in range(module.LAYERS) if draw.random() < part] for _ in range(2))
                module.STOP = draw.choice(list(STOPS.values()))
                if "thresholds" in module.STOP or "threshold" in module.STOP:
                    # Random models are never sure.
                    module.STOP = draw.choice([
                        {"kind": "confidence", "threshold": 0.02},
                        {"kind": "calibrated", "thresholds": [0.01, 1e-4, float("inf")]}])
                module.LOOKUP = draw.choice(list(LOOKUPS.values()))
                module.MAXIMUM = draw.randint(1, 6)
                ids = torch.tensor([[draw.randrange(3, 30) for _ in range(draw.randint(1, 12))]])
                new, counts = module.generate(model, ids, count)
                expected = module.plain(model, ids, count)
                total += 1
                accepted, drafted = accepted + counts["accepted"], drafted + counts["drafted"]
                if new != expected:
                    problems.append(
                        f"seed {seed}: {ids.tolist()} without {module.SKIP_ATTN} "
                        f"{module.SKIP_MLP}: {new}, not {expected}")
        print(f"{make.__name__[5:]}: {total} texts, {len(problems)} differ, accepted {accepted} of "
              f"{drafted}", flush=True)
        for problem in problems[:3]:
            print("  " + problem)
        failed = failed or bool(problems) or not total
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
