#!/usr/bin/env python3
"""Writes the repository's reference model as a GGUF file of any type.

    python Experiments/gguf/convert.py TYPE OUTPUT [--layers N]

The model's sizes are no multiples of 256, which K-quants need; here it is filled up with zeros to
such, and computes the same: RMSNorm's weights make up for the zeros in its mean. K-quants are
rounded plainly (each part's own least and largest weight), which PyPI's `gguf` does not do at all.
"""

import argparse
import json
from pathlib import Path

import numpy as np
from gguf import GGMLQuantizationType as Q
from gguf import GGUFWriter
from gguf.quants import quantize

MODEL = Path(__file__).resolve().parents[1] / "models/reference"
HIDDEN, FF, HEADS, WIDTH = 512, 1024, 8, 64


def safetensors(path):
    data = path.read_bytes()
    length = int.from_bytes(data[:8], "little")
    for name, entry in json.loads(data[8:8 + length]).items():
        if name == "__metadata__":
            continue
        first, end = entry["data_offsets"]
        bits = np.frombuffer(data[8 + length + first:8 + length + end], dtype="<u2")
        yield name, (bits.astype(np.uint32) << 16).view(np.float32).reshape(entry["shape"])


def padded(weights, outputs, inputs):
    filled = np.zeros((outputs, inputs), dtype=np.float32)
    filled[:weights.shape[0], :weights.shape[1]] = weights
    return filled


def half(x):
    return x.astype(np.float16).view(np.uint8).reshape(len(x), 2)


def six_bits(scales, least):
    """Twelve bytes of eight scales and eight least values of 6 bits."""
    s, m = scales.astype(np.uint8), least.astype(np.uint8)
    return np.concatenate([
        (s[:, :4] & 63) | (s[:, 4:] >> 4) << 6, (m[:, :4] & 63) | (m[:, 4:] >> 4) << 6,
        (s[:, 4:] & 15) | (m[:, 4:] & 15) << 4], axis=1)


def k_quantize(weights, kind):
    blocks = weights.reshape(-1, 256)
    n = len(blocks)
    if kind == Q.Q6_K:
        parts = blocks.reshape(n, 16, 16)
        scale = np.abs(parts).max(2) / 31
        d = (scale.max(1) / 127).astype(np.float16).astype(np.float32)
        s = np.where(d[:, None] > 0, np.rint(scale / np.maximum(d[:, None], 1e-30)), 0)
        unit = (d[:, None] * s)[:, :, None]
        q = np.clip(np.rint(parts / np.maximum(unit, 1e-30)), -32, 31) + 32
        q = np.where(unit > 0, q, 32).astype(np.uint8).reshape(n, 2, 4, 32)
        low = np.concatenate(
            [(q[:, :, 0] & 15) | (q[:, :, 2] & 15) << 4, (q[:, :, 1] & 15) | (q[:, :, 3] & 15) << 4],
            axis=2).reshape(n, 128)
        high = sum((q[:, :, j] >> 4) << (2 * j) for j in range(4)).astype(np.uint8).reshape(n, 64)
        bytes_ = [low, high, s.astype(np.int8).view(np.uint8).reshape(n, 16), half(d)]
    else:
        levels = 15 if kind == Q.Q4_K else 31
        parts = blocks.reshape(n, 8, 32)
        least = np.maximum(0, -parts.min(2))
        scale = (parts.max(2) + least) / levels
        d, m = (
            (x.max(1) / 63).astype(np.float16).astype(np.float32) for x in (scale, least))
        s = np.rint(scale / np.maximum(d[:, None], 1e-30)).clip(0, 63)
        l = np.rint(least / np.maximum(m[:, None], 1e-30)).clip(0, 63)
        unit = (d[:, None] * s)[:, :, None]
        q = np.rint((parts + (m[:, None] * l)[:, :, None]) / np.maximum(unit, 1e-30))
        q = np.where(unit > 0, q.clip(0, levels), 0).astype(np.uint8)
        pairs = q.reshape(n, 4, 2, 32)
        nibbles = ((pairs[:, :, 0] & 15) | (pairs[:, :, 1] & 15) << 4).reshape(n, 128)
        bytes_ = [half(d), half(m), six_bits(s, l)]
        if kind == Q.Q5_K:
            bytes_.append(sum((q[:, j] >> 4) << j for j in range(8)).astype(np.uint8))
        bytes_.append(nibbles)
    return np.concatenate(bytes_, axis=1).reshape(len(weights), -1)


def neighbors(weights, heads):
    """Rows as files of this architecture have them: RoPE turns neighbours."""
    return weights.reshape(heads, 2, WIDTH // 2, -1).swapaxes(1, 2).reshape(weights.shape)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("type", type=lambda name: Q[name])
    parser.add_argument("output")
    parser.add_argument("--layers", type=int, help="leave out those above")
    options = parser.parse_args()
    kind = options.type
    config = json.loads((MODEL / "config.json").read_text())
    layers = options.layers or config["num_hidden_layers"]
    share = config["hidden_size"] / HIDDEN
    w = GGUFWriter(options.output, "llama")
    w.add_context_length(config["max_position_embeddings"])
    w.add_embedding_length(HIDDEN)
    w.add_block_count(layers)
    w.add_feed_forward_length(FF)
    w.add_head_count(HEADS)
    w.add_head_count_kv(1)
    w.add_key_length(WIDTH)
    w.add_value_length(WIDTH)
    w.add_layer_norm_rms_eps(config["rms_norm_eps"] * share)
    w.add_rope_freq_base(config["rope_theta"])
    tokenizer = json.loads((MODEL / "tokenizer.json").read_text())
    vocabulary = tokenizer["model"]["vocab"]
    tokens = [None] * config["vocab_size"]
    special = {token["id"]: token["content"] for token in tokenizer["added_tokens"]}
    for token, index in list(vocabulary.items()) + [(t, i) for i, t in special.items()]:
        tokens[index] = token
    w.add_tokenizer_model("gpt2")
    w.add_tokenizer_pre("gpt-2")
    w.add_token_list([t if t is not None else f"<unused{i}>" for i, t in enumerate(tokens)])
    w.add_token_types([3 if i in special else 1 for i in range(len(tokens))])
    merges = tokenizer["model"]["merges"]
    w.add_token_merges([m if isinstance(m, str) else " ".join(m) for m in merges])
    w.add_bos_token_id(config["bos_token_id"])
    w.add_eos_token_id(config["eos_token_id"])
    names = {
        "self_attn.q_proj": ("attn_q", HEADS * WIDTH, HIDDEN),
        "self_attn.k_proj": ("attn_k", WIDTH, HIDDEN), "self_attn.v_proj": ("attn_v", WIDTH, HIDDEN),
        "self_attn.o_proj": ("attn_output", HIDDEN, HEADS * WIDTH),
        "mlp.gate_proj": ("ffn_gate", FF, HIDDEN), "mlp.up_proj": ("ffn_up", FF, HIDDEN),
        "mlp.down_proj": ("ffn_down", HIDDEN, FF)}
    norms = {"input_layernorm": "attn_norm", "post_attention_layernorm": "ffn_norm"}
    for name, weights in safetensors(MODEL / "model.safetensors"):
        if name.startswith("model.layers.") and int(name.split(".")[2]) >= layers:
            continue
        if name == "model.embed_tokens.weight":
            target, shape = "token_embd.weight", (len(tokens), HIDDEN)
        elif weights.ndim == 1:
            parts = name.split(".")
            target = "output_norm.weight" if name == "model.norm.weight" else (
                f"blk.{parts[2]}.{norms[parts[3]]}.weight")
            filled = padded(weights[None], 1, HIDDEN)[0] * np.float32(np.sqrt(share))
            w.add_tensor(target, filled)
            continue
        else:
            parts = name.split(".")
            short, *shape = names[".".join(parts[3:5])]
            target = f"blk.{parts[2]}.{short}.weight"
            if short in ("attn_q", "attn_k"):
                weights = neighbors(weights, weights.shape[0] // WIDTH)
        weights = padded(weights, *shape)
        if kind == Q.F32:
            w.add_tensor(target, weights)
        elif kind in (Q.Q4_K, Q.Q5_K, Q.Q6_K):
            w.add_tensor(target, k_quantize(weights, kind), raw_dtype=kind)
        else:
            w.add_tensor(target, quantize(weights, kind), raw_dtype=kind)
    w.write_header_to_file()
    w.write_kv_data_to_file()
    w.write_tensors_to_file()
    w.close()


if __name__ == "__main__":
    main()
