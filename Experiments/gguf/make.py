#!/usr/bin/env python3
"""Small GGUF files with random weights, and what is right for them: the fixtures of the tests.

    python Experiments/gguf/make.py [--into Tests/Fixtures/gguf] [NAME …]

Each NAME.gguf comes with NAME.json: tokens, their logits in float64 (reference.py), and the
perplexity they give. Files of one type have every matrix in it; `mixed` has what Q4_K_M files have.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
from gguf import GGMLQuantizationType as Q
from gguf import GGUFWriter
from gguf.quants import dequantize, quantize

sys.path.insert(0, str(Path(__file__).resolve().parent))
import reference

# Outputs of the head are no whole groups of 16.
VOCABULARY, WIDTH = 91, 32
# Of K-quants rows are 256 long; one layer keeps the file small.
SMALL = dict(hidden=64, ff=96, heads=4, kv=2, layers=2)
LARGE = dict(hidden=256, ff=256, heads=8, kv=2, layers=1)
KINDS = {
    "f32": ("llama", Q.F32, SMALL | dict(layers=1)), "bf16": ("qwen3", Q.BF16, SMALL),
    "q8_0": ("llama", Q.Q8_0, SMALL), "llama3": ("llama", Q.Q4_0, SMALL),
    "mixed": ("llama", "mixed", LARGE), "qwen2": ("qwen2", Q.Q5_0, SMALL),
    "qwen3": ("qwen3", Q.Q4_0, SMALL), "gemma2": ("gemma2", Q.Q4_0, SMALL),
    "gemma3": ("gemma3", Q.Q4_1, SMALL | dict(layers=6)),
    "smollm3": ("smollm3", Q.Q5_1, SMALL | dict(layers=4)), "phi3": ("phi3", Q.Q4_1, SMALL),
    "phi3-longrope": ("phi3", Q.F16, SMALL | dict(layers=1)),
    "pieces": ("llama", Q.Q4_0, SMALL | dict(layers=1)),
}
# A file of so many tensors, then another.
PIECE = 5
# A matrix of each type.
BLOCKS = [Q.Q8_0, Q.Q4_0, Q.Q4_1, Q.Q5_0, Q.Q5_1, Q.Q4_K, Q.Q5_K, Q.Q6_K]

def k_blocks(rng, kind, rows, inputs, size):
    """Random blocks whose weights are about of a size: gguf.quants cannot make these."""
    n = rows * inputs // 256

    def byte(count):
        return rng.integers(0, 256, (n, count), dtype=np.uint8)
    if kind == Q.Q6_K:
        scales = rng.integers(-64, 65, (n, 16)).astype(np.int8).view(np.uint8)
        unit = size / (18 * 40)
        d = (rng.uniform(0.5, 1.5, (n, 1)) * unit).astype(np.float16).view(np.uint8)
        parts = [byte(128), byte(64), scales, d]
    else:
        levels = 5 if kind == Q.Q4_K else 9
        unit = size / (levels * 32)
        d = (rng.uniform(0.5, 1.5, (n, 1)) * unit).astype(np.float16).view(np.uint8)
        # The least values centre the weights, about.
        m = (rng.uniform(0.8, 1.2, (n, 1)) * unit * (7.5 if kind == Q.Q4_K else 15.5))
        parts = [d, m.astype(np.float16).view(np.uint8), byte(12)]
        if kind == Q.Q5_K:
            parts.append(byte(32))
        parts.append(byte(128))
    return np.concatenate(parts, axis=1).reshape(rows, -1)


def make(name, path):
    arch, kind, shape = KINDS[name]
    rng = np.random.default_rng(sum(map(ord, name)))
    hidden, ff, layers = shape["hidden"], shape["ff"], shape["layers"]
    heads, kv = shape["heads"], shape["kv"]
    gemma = arch.startswith("gemma")
    w = GGUFWriter(path, arch, split_max_tensors=PIECE if name == "pieces" else 0)
    w.add_context_length(128)
    w.add_embedding_length(hidden)
    w.add_block_count(layers)
    w.add_feed_forward_length(ff)
    w.add_head_count(heads)
    w.add_head_count_kv(kv)
    w.add_key_length(WIDTH)
    w.add_value_length(WIDTH)
    w.add_layer_norm_rms_eps(1e-5)
    w.add_rope_freq_base(10000.0)
    rotated = WIDTH
    if gemma:
        w.add_sliding_window(6)
    if arch == "gemma2":
        w.add_attn_logit_softcapping(50.0)
        w.add_final_logit_softcapping(30.0)
    if name == "phi3-longrope":
        rotated = 24
        w.add_rope_dimension_count(rotated)
        w.add_rope_scaling_orig_ctx_len(8)
        w.add_rope_scaling_attn_factors(1.25)
    write_tokenizer(w)

    def matrix(tensor, outputs, inputs, size=None, of=None):
        size = size or 1 / np.sqrt(inputs)
        use = of or kind
        if use == "mixed":
            use = Q.Q6_K if "attn_v" in tensor or "ffn_down" in tensor or "token" in tensor else (
                Q.Q5_K if "attn_k" in tensor else Q.Q4_K)
        if use in (Q.Q4_K, Q.Q5_K, Q.Q6_K):
            data = k_blocks(rng, use, outputs, inputs, size)
            w.add_tensor(tensor, data, raw_dtype=use)
            return
        weights = (rng.standard_normal((outputs, inputs)) * size).astype(np.float32)
        if use in (Q.F32, Q.F16):
            w.add_tensor(tensor, weights.astype(np.float32 if use == Q.F32 else np.float16))
        else:
            w.add_tensor(tensor, quantize(weights, use), raw_dtype=use)

    def vector(tensor, n, around=1.0):
        w.add_tensor(tensor, (around + rng.uniform(-0.2, 0.2, n)).astype(np.float32))

    matrix("token_embd.weight", VOCABULARY, hidden, size=0.05 if gemma else 1.0)
    vector("output_norm.weight", hidden)
    tied = gemma or arch in ("qwen3", "smollm3")
    if not tied:
        matrix("output.weight", VOCABULARY, hidden)
    if name == "llama3":
        w.add_tensor(
            "rope_freqs.weight", np.array([1.0] * 6 + [2.0] * 4 + [8.0] * 6, dtype=np.float32))
    if name == "phi3-longrope":
        for part, top in (("long", 4.0), ("short", 1.5)):
            w.add_tensor(
                f"rope_factors_{part}.weight",
                np.linspace(1, top, rotated // 2).astype(np.float32))
    for layer in range(layers):
        p = f"blk.{layer}."
        vector(p + "attn_norm.weight", hidden)
        vector(p + "ffn_norm.weight", hidden)
        if arch == "phi3":
            matrix(p + "attn_qkv.weight", (heads + 2 * kv) * WIDTH, hidden)
            matrix(p + "ffn_up.weight", 2 * ff, hidden)
        else:
            for part, outputs in (("q", heads), ("k", kv), ("v", kv)):
                matrix(p + f"attn_{part}.weight", outputs * WIDTH, hidden)
                if arch == "qwen2":
                    vector(p + f"attn_{part}.bias", outputs * WIDTH, around=0.0)
            matrix(p + "ffn_gate.weight", ff, hidden)
            matrix(p + "ffn_up.weight", ff, hidden)
        if arch in ("qwen3", "gemma3"):
            vector(p + "attn_q_norm.weight", WIDTH)
            vector(p + "attn_k_norm.weight", WIDTH)
        if gemma:
            vector(p + "post_attention_norm.weight", hidden)
            vector(p + "post_ffw_norm.weight", hidden)
        matrix(p + "attn_output.weight", hidden, heads * WIDTH)
        matrix(p + "ffn_down.weight", hidden, ff)
    w.write_header_to_file()
    w.write_kv_data_to_file()
    w.write_tensors_to_file()
    w.close()
    if not path.exists():
        path = min(path.parent.glob(f"{path.stem}-*-of-*.gguf"))
    tokens = [int(t) for t in rng.integers(0, VOCABULARY, 14)]
    logits = reference.logits(reference.File(str(path)), tokens)
    shifted = logits - logits.max(1, keepdims=True)
    losses = np.log(np.exp(shifted).sum(1))[:-1] - shifted[np.arange(13), tokens[1:]]
    expected = {
        "made_with": "Experiments/gguf/make.py, numpy " + np.__version__, "tokens": tokens,
        "perplexity": float(np.exp(losses.mean())),
        "logits": [[float(f"{x:.9g}") for x in row] for row in logits]}
    path.with_suffix(".json").write_text(json.dumps(expected) + "\n")


def make_blocks(path):
    """A file of one small matrix of each type, and their weights as PyPI's `gguf` has them."""
    rng = np.random.default_rng(0)
    w = GGUFWriter(path, "llama")
    expected = {}
    for kind in BLOCKS:
        if kind in (Q.Q4_K, Q.Q5_K, Q.Q6_K):
            data = k_blocks(rng, kind, 3, 512, 1.0)
        else:
            data = quantize(rng.standard_normal((3, 64)).astype(np.float32), kind)
        w.add_tensor(kind.name, data, raw_dtype=kind)
        values = dequantize(data, kind).ravel()
        expected[kind.name] = [float(f"{x:.9g}") for x in values]
    w.write_header_to_file()
    w.write_kv_data_to_file()
    w.write_tensors_to_file()
    w.close()
    path.with_suffix(".json").write_text(json.dumps(expected) + "\n")


def write_tokenizer(w):
    """A byte-level vocabulary of a few letters: enough for generating."""
    tokens = ["<|end|>", "<s>"] + [chr(c) for c in range(33, 122)]
    w.add_tokenizer_model("gpt2")
    w.add_tokenizer_pre("gpt-2")
    w.add_token_list(tokens[:VOCABULARY])
    w.add_token_types([3, 3] + [1] * (VOCABULARY - 2))
    w.add_token_merges([])
    w.add_bos_token_id(1)
    w.add_eos_token_id(0)
    w.add_chat_template("{{ bos_token }}{% for m in messages %}{{ m.content }}{% endfor %}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("names", nargs="*", default=list(KINDS))
    here = Path(__file__).resolve().parents[2]
    parser.add_argument("--into", type=Path, default=here / "Tests/Fixtures/gguf")
    options = parser.parse_args()
    options.into.mkdir(parents=True, exist_ok=True)
    make_blocks(options.into / "blocks.gguf")
    for name in options.names:
        make(name, options.into / f"{name}.gguf")
        print(name)


if __name__ == "__main__":
    main()
