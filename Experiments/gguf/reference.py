#!/usr/bin/env python3
"""The logits of a GGUF file's model in float64, from its dequantised weights, with numpy alone.

    python Experiments/gguf/reference.py FILE --tokens 1,2,3 [--output FILE]

Independent of the engine: dequantisation is PyPI's `gguf`, the model is written down here from
llama.cpp's graphs and Hugging Face's models. Prints the same JSON as `skip-search logits`.
"""

import argparse
import json
import sys

import numpy as np
from gguf import GGUFReader
from gguf.quants import dequantize


class File:
    """Metadata and dequantised tensors of a file."""

    def __init__(self, path):
        self.reader = GGUFReader(path)
        # Of a model in several files the path is the first's.
        count = int(self.get("split.count", 1))
        others = [
            GGUFReader(path.replace("-00001-of-", f"-{number:05}-of-"))
            for number in range(2, count + 1)]
        self.tensors = {
            tensor.name: tensor for reader in [self.reader, *others] for tensor in reader.tensors}
        self.arch = self.get("general.architecture")
        self.cache = {}

    def get(self, key, default=None):
        field = self.reader.fields.get(key)
        return default if field is None else field.contents()

    def key(self, key, default=None):
        return self.get(f"{self.arch}.{key}", default)

    def __contains__(self, name):
        return name in self.tensors

    def __getitem__(self, name):
        if name not in self.cache:
            tensor = self.tensors[name]
            # In float32 as ggml and the engine: what is compared is the arithmetic after that.
            self.cache[name] = dequantize(tensor.data, tensor.tensor_type).astype(np.float64)
        return self.cache[name]


def norm(x, weight, epsilon):
    return x / np.sqrt((x * x).mean(-1, keepdims=True) + epsilon) * weight


def silu(x):
    return x / (1 + np.exp(-x))


def gelu(x):
    return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))


def frequencies(file, dimension, is_local, length):
    """Of RoPE: radians per position, and what cosine and sine are multiplied with."""
    default = 1e6 if file.arch == "gemma3" else 1e4
    base = file.key("rope.freq_base_swa", 1e4) if is_local else file.key("rope.freq_base", default)
    plain = np.float64(base) ** (-np.arange(0, dimension, 2) / dimension)
    if is_local:
        return plain, 1.0
    context = file.key("context_length")
    original = file.key("rope.scaling.original_context_length", context)
    if "rope_factors_long.weight" in file:
        name = "long" if length > original else "short"
        factor = context / original
        standard = 1 if factor <= 1 else np.sqrt(1 + np.log(factor) / np.log(original))
        return plain / file[f"rope_factors_{name}.weight"], file.key(
            "rope.scaling.attn_factor", standard)
    if "rope_freqs.weight" in file:
        return plain / file["rope_freqs.weight"], 1.0
    kind = file.key("rope.scaling.type", "none")
    if kind == "linear":
        return plain / file.key("rope.scaling.factor"), 1.0
    if kind == "yarn":
        factor = file.key("rope.scaling.factor")

        def corrected(rotations):
            return dimension * np.log(original / (rotations * 2 * np.pi)) / (2 * np.log(base))
        low, high = max(np.floor(corrected(32)), 0), min(np.ceil(corrected(1)), dimension - 1)
        ramp = np.clip((np.arange(dimension // 2) - low) / max(high - low, 1e-3), 0, 1)
        return plain / factor * ramp + plain * (1 - ramp), 0.1 * np.log(factor) + 1
    return plain, 1.0


def rotate(x, angles, scale, neighbors):
    """x [positions, heads, dimension] by angles [positions, rotated / 2]."""
    half = angles.shape[1]
    cos, sin = np.cos(angles)[:, None] * scale, np.sin(angles)[:, None] * scale
    y = x.copy()
    if neighbors:
        a, b = x[..., 0:2 * half:2], x[..., 1:2 * half:2]
        y[..., 0:2 * half:2], y[..., 1:2 * half:2] = a * cos - b * sin, b * cos + a * sin
    else:
        a, b = x[..., :half], x[..., half:2 * half]
        y[..., :half], y[..., half:2 * half] = a * cos - b * sin, b * cos + a * sin
    return y


def logits(file, tokens):
    arch, layers = file.arch, file.key("block_count")
    hidden, heads = file.key("embedding_length"), file.key("attention.head_count")
    kv_heads = file.key("attention.head_count_kv", heads)
    width = file.key("attention.key_length", hidden // heads)
    epsilon = file.key("attention.layer_norm_rms_epsilon")
    rotated = file.key("rope.dimension_count", width)
    gemma, n = arch.startswith("gemma"), len(tokens)
    scale = 1 / np.sqrt(width)
    if (arch, layers) in (("gemma2", 46), ("gemma3", 62)):
        scale = 1 / np.sqrt(hidden / heads)
    attention_cap = file.key("attn_logit_softcapping", 50.0 if arch == "gemma2" else None)
    logit_cap = file.key("final_logit_softcapping", 30.0 if arch == "gemma2" else None)
    window = file.key("attention.sliding_window") if gemma or arch == "phi3" else None
    positions = np.arange(n)
    x = file["token_embd.weight"][tokens]
    if gemma:
        x = x * np.sqrt(hidden)

    def linear(x, name):
        y = x @ file[name + ".weight"].T
        return y + file[name + ".bias"] if name + ".bias" in file else y

    for layer in range(layers):
        p = f"blk.{layer}."
        interval = {"gemma2": 2, "gemma3": 6}.get(arch)
        has_window = window is not None and (interval is None or (layer + 1) % interval != 0)
        h = norm(x, file[p + "attn_norm.weight"], epsilon)
        if arch == "phi3":
            qkv = linear(h, p + "attn_qkv")
            q, k, v = np.split(qkv, [heads * width, (heads + kv_heads) * width], axis=1)
        else:
            q, k, v = (linear(h, p + name) for name in ("attn_q", "attn_k", "attn_v"))
        q, k, v = (t.reshape(n, -1, width) for t in (q, k, v))
        if p + "attn_q_norm.weight" in file:
            q = norm(q, file[p + "attn_q_norm.weight"], epsilon)
            k = norm(k, file[p + "attn_k_norm.weight"], epsilon)
        if not (arch == "smollm3" and (layer + 1) % 4 == 0):
            radians, factor = frequencies(file, rotated, arch == "gemma3" and has_window, n)
            angles = positions[:, None] * radians[None]
            neighbors = arch in ("llama", "smollm3")
            q, k = (rotate(t, angles, factor, neighbors) for t in (q, k))
        k, v = (np.repeat(t, heads // kv_heads, axis=1) for t in (k, v))
        scores = np.einsum("qhd,khd->hqk", q, k) * scale
        if attention_cap:
            scores = attention_cap * np.tanh(scores / attention_cap)
        back = positions[:, None] - positions[None]
        seen = (back >= 0) & ((back < window) if has_window else True)
        scores = np.where(seen, scores, -np.inf)
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        weights /= weights.sum(-1, keepdims=True)
        attended = np.einsum("hqk,khd->qhd", weights, v).reshape(n, -1)
        out = linear(attended, p + "attn_output")
        if gemma:
            out = norm(out, file[p + "post_attention_norm.weight"], epsilon)
        x = x + out
        h = norm(x, file[p + "ffn_norm.weight"], epsilon)
        if arch == "phi3":
            gate, up = np.split(linear(h, p + "ffn_up"), 2, axis=1)
        else:
            gate, up = linear(h, p + "ffn_gate"), linear(h, p + "ffn_up")
        out = linear((gelu if gemma else silu)(gate) * up, p + "ffn_down")
        if gemma:
            out = norm(out, file[p + "post_ffw_norm.weight"], epsilon)
        x = x + out
    x = norm(x, file["output_norm.weight"], epsilon)
    y = x @ file["output.weight" if "output.weight" in file else "token_embd.weight"].T
    return logit_cap * np.tanh(y / logit_cap) if logit_cap else y


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("file")
    parser.add_argument("--tokens", required=True)
    parser.add_argument("--output")
    options = parser.parse_args()
    tokens = [int(token) for token in options.tokens.split(",")]
    result = {"tokens": tokens, "logits": logits(File(options.file), tokens).tolist()}
    with open(options.output, "w") if options.output else sys.stdout as file:
        json.dump(result, file)


if __name__ == "__main__":
    main()
