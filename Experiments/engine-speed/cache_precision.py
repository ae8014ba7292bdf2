"""What keys and values in fewer bits do to logits: Hugging Face in float64, its cache rounded.

    python cache_precision.py MODEL_DIRECTORY …

Needs PyTorch and transformers. For each model the largest relative error of a position's logits,
the measure of the golden tests (goal 2e-5), over the tokens of golden.json or 200 random ones.
"""

import json
import sys
from pathlib import Path

import torch
import transformers.cache_utils as caches
from transformers import AutoModelForCausalLM


def to(type):
    return lambda x: x.to(torch.float32).to(type).to(x.dtype)


def to_24_bits(x):
    """A float without its last eight bits, rounded to nearest."""
    bits = x.to(torch.float32).view(torch.int32)
    return ((bits + 0x7F + (bits >> 8 & 1)) & ~0xFF).view(torch.float32).to(x.dtype)


FORMATS = {"F16": to(torch.float16), "BF16": to(torch.bfloat16), "24 bits": to_24_bits}
rounding = None


def round_caches():
    """Every layer of a cache rounds what it is given, as `rounding` says."""
    for name, layer in vars(caches).items():
        if name.endswith("Layer") and "update" in vars(layer):
            def update(self, key, value, *rest, plain=vars(layer)["update"], **named):
                if rounding:
                    key, value = rounding(key), rounding(value)
                return plain(self, key, value, *rest, **named)

            layer.update = update


def tokens_of(directory):
    golden = directory / "golden.json"
    if golden.exists():
        known = json.loads(golden.read_text())
        for name in ("input_ids", "ids", "tokens", "prompt"):
            if name in known:
                return torch.tensor(known[name]).reshape(1, -1)
    config = json.loads((directory / "config.json").read_text())
    return torch.randint(3, config.get("text_config", config)["vocab_size"] - 1, (1, 200))


def main():
    global rounding
    torch.manual_seed(0)
    round_caches()
    for directory in map(Path, sys.argv[1:]):
        model = AutoModelForCausalLM.from_pretrained(
            directory, dtype=torch.float64, attn_implementation="eager").eval()
        tokens = tokens_of(directory)
        with torch.no_grad():
            rounding = None
            exact = model(tokens, use_cache=True).logits
            print(directory.name, end="")
            for name, rounding in FORMATS.items():
                error = (model(tokens, use_cache=True).logits - exact).norm(dim=-1)
                print(f"  {name} {(error / exact.norm(dim=-1)).max().item():.1e}", end="")
        print(flush=True)


main()
