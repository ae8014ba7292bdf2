"""A GGUF file as a Hugging Face directory in BF16: weights, config.json and the tokenizer's files.

For what fits a Llama: `llama` files, and `qwen2` files, whose weights are a Llama's with biases.
"""

import json
import sys
from pathlib import Path

import gguf
import numpy as np

sys.path.append(str(Path(__file__).resolve().parent.parent))  # What the experiments share.

from random_models import gguf_name, write_bf16

NORMAL, UNKNOWN, CONTROL, USER_DEFINED, UNUSED = 1, 2, 3, 4, 5  # gguf's token types

# `tokenizer.ggml.pre`: (normalizer, how text is cut before merges). From llama.cpp's own table.
PIECES = {
    "smollm": (None, [{"type": "Digits", "individual_digits": True}]),
    "qwen2": ({"type": "NFC"}, [{
        "type": "Split", "behavior": "Isolated", "invert": False, "pattern": {"Regex":
            r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"
            r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"}}]),
}


class Metadata:
    """What a GGUF file says of its model."""

    def __init__(self, reader):
        self.fields = reader.fields
        self.architecture = self["general.architecture"]
        if self.architecture not in ("llama", "qwen2"):
            raise ValueError(f"the architecture {self.architecture!r} does not fit a Llama")

    def __contains__(self, key):
        return key in self.fields

    def __getitem__(self, key):
        if key not in self.fields:
            raise ValueError(f"the file says nothing of {key}")
        return self.fields[key].contents()

    def model(self, key):
        return self[f"{self.architecture}.{key}"]


def config_of(metadata, more_end_tokens=()):
    """config.json. End tokens beside the file's own are given by their text."""
    for key in ("rope.scaling.type", "expert_count", "attention.sliding_window"):
        if f"{metadata.architecture}.{key}" in metadata:
            raise ValueError(f"{key} is not converted")
    hidden, heads = metadata.model("embedding_length"), metadata.model("attention.head_count")
    tokens = metadata["tokenizer.ggml.tokens"]
    # GGUF keeps 1e-5 as a 32-bit float; its shortest decimal is what was meant.
    short = lambda value: float(str(np.float32(value)))
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "num_hidden_layers": metadata.model("block_count"),
        "hidden_size": hidden,
        "intermediate_size": metadata.model("feed_forward_length"),
        "num_attention_heads": heads,
        "num_key_value_heads": metadata.model("attention.head_count_kv"),
        "head_dim": hidden // heads,
        "vocab_size": len(tokens),
        "tie_word_embeddings": True,
        "attention_bias": metadata.architecture == "qwen2",
        "mlp_bias": False,
        "rms_norm_eps": short(metadata.model("attention.layer_norm_rms_epsilon")),
        "rope_theta": short(metadata.model("rope.freq_base")),
        "max_position_embeddings": metadata.model("context_length"),
        "hidden_act": "silu",
        "torch_dtype": "bfloat16",
        "bos_token_id": metadata["tokenizer.ggml.bos_token_id"],
        "eos_token_id": [metadata["tokenizer.ggml.eos_token_id"], *map(tokens.index, more_end_tokens)],
    }


def bf16(values):
    """Bits of 32-bit floats rounded to BF16, ties to even."""
    bits = np.ascontiguousarray(values, np.float32).view(np.uint32)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype(np.uint16)


def write_weights(directory, reader, config, metadata):
    tensors = {tensor.name: tensor for tensor in reader.tensors}
    left = set(tensors)

    def values(name):
        left.discard(name)
        tensor = tensors[name]
        return gguf.dequantize(tensor.data, tensor.tensor_type)

    def bits(name, dimensions):
        stem, part = name.rsplit(".", 1)
        source = gguf_name(f"{stem}.weight").removesuffix("weight") + part
        if name == "model.embed_tokens.weight" and "output.weight" in tensors:
            return bf16(tied(values(source), values("output.weight")))
        if source not in tensors:
            # Llama has biases on all four projections or on none; Qwen on three.
            if part == "bias" and "o_proj" in name:
                return np.zeros(dimensions, np.uint16)
            raise ValueError(f"the file has no {source}")
        array = values(source)
        if array.shape != tuple(dimensions):
            raise ValueError(f"{source} is {array.shape}, not {tuple(dimensions)}")
        # llama.cpp rotates neighbours in a Llama's heads, Hugging Face halves.
        if metadata.architecture == "llama" and ("q_proj" in name or "k_proj" in name):
            half = config["head_dim"] // 2
            rows = array.reshape(len(array) // (2 * half), half, 2, -1)
            array = rows.swapaxes(1, 2).reshape(array.shape)
        return bf16(array)

    write_bf16(directory, config, bits)
    if left:
        raise ValueError(f"the file has tensors that were not used: {', '.join(sorted(left)[:5])}")


def tied(embedding, head):
    """The one matrix behind a model's embedding and head, where a file has two roundings of it: the
    head's, which files keep more exactly."""
    difference = np.linalg.norm(embedding - head) / np.linalg.norm(head)
    if not difference < 0.1:
        raise ValueError(f"embedding and head are two matrices ({difference:.2f} apart)")
    return head


def tokenizer_of(metadata):
    """tokenizer.json and tokenizer_config.json, of a byte-level vocabulary."""
    if metadata["tokenizer.ggml.model"] != "gpt2":
        raise ValueError("only byte-level vocabularies are converted")
    if metadata["tokenizer.ggml.pre"] not in PIECES:
        raise ValueError(f"text cut as in {metadata['tokenizer.ggml.pre']!r} is not converted")
    normalizer, pieces = PIECES[metadata["tokenizer.ggml.pre"]]
    tokens, types = metadata["tokenizer.ggml.tokens"], metadata["tokenizer.ggml.token_type"]
    added = [
        {"id": i, "content": token, "single_word": False, "lstrip": False, "rstrip": False,
         "normalized": False, "special": kind == CONTROL}
        for i, (token, kind) in enumerate(zip(tokens, types)) if kind in (CONTROL, USER_DEFINED)]
    bytes_alone = not any(piece["type"] == "Split" for piece in pieces)
    tokenizer = {
        "version": "1.0", "truncation": None, "padding": None,
        "added_tokens": added,
        "normalizer": normalizer,
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [*pieces, {
            "type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True,
            "use_regex": bytes_alone}]},
        "post_processor": None,
        "decoder": {
            "type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True},
        "model": {
            "type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None,
            "end_of_word_suffix": None, "fuse_unk": False, "byte_fallback": False,
            "ignore_merges": False,
            # Rows of the embedding that stand for no token have names, but are never met in text.
            "vocab": {t: i for i, (t, kind) in enumerate(zip(tokens, types)) if kind != UNUSED},
            "merges": metadata["tokenizer.ggml.merges"]},
    }
    names = {
        f"{role}_token": tokens[metadata[f"tokenizer.ggml.{key}_token_id"]]
        for role, key in (("bos", "bos"), ("eos", "eos"), ("pad", "padding"), ("unk", "unknown"))
        if f"tokenizer.ggml.{key}_token_id" in metadata}
    return tokenizer, {
        "added_tokens_decoder": {
            str(t["id"]): {k: v for k, v in t.items() if k != "id"} for t in added},
        **names,
        "add_bos_token": metadata["tokenizer.ggml.add_bos_token"],
        "chat_template": metadata["tokenizer.chat_template"],
        "clean_up_tokenization_spaces": False,
        "model_max_length": metadata.model("context_length"),
        "tokenizer_class": "PreTrainedTokenizerFast",
    }


def convert(path, directory, more_end_tokens=()):
    """Writes the directory's files; config.json last, so that one with it is complete."""
    reader = gguf.GGUFReader(path)
    metadata = Metadata(reader)
    directory = Path(directory)
    config = config_of(metadata, more_end_tokens)
    tokenizer, tokenizer_config = tokenizer_of(metadata)
    write_weights(directory, reader, config, metadata)

    def write(name, content, indent=2):
        text = json.dumps(content, indent=indent, ensure_ascii=False)
        (directory / name).write_text(text + "\n", encoding="utf-8")

    write("tokenizer.json", tokenizer, indent=None)
    write("tokenizer_config.json", tokenizer_config)
    write("generation_config.json", {k: config[k] for k in ("bos_token_id", "eos_token_id")})
    write("config.json", config)
