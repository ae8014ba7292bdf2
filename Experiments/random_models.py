"""Random Llamas in Hugging Face format, and the same weights as GGUF."""

import json
import struct
from pathlib import Path

import numpy as np

# name: layers, hidden, intermediate, heads, key/value heads, head dimension, vocabulary
SHAPES = {
    "135m": (30, 576, 1536, 9, 3, 64, 49152),
    "1.7b": (24, 2048, 8192, 32, 32, 64, 49152),
    # Beside the well-known ones; 600 and 1000 are not multiples of 16.
    "odd-130m": (24, 600, 1720, 10, 5, 60, 32003),
    "wide-1b": (16, 2048, 5632, 32, 4, 64, 32000),
}


def config_of(shape):
    layers, hidden, intermediate, heads, kv_heads, head_dim, vocabulary = shape
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "num_hidden_layers": layers,
        "hidden_size": hidden,
        "intermediate_size": intermediate,
        "num_attention_heads": heads,
        "num_key_value_heads": kv_heads,
        "head_dim": head_dim,
        "vocab_size": vocabulary,
        "tie_word_embeddings": True,
        "rms_norm_eps": 1e-5,
        "rope_theta": 10000.0,
        "max_position_embeddings": 2048,
        "hidden_act": "silu",
        "torch_dtype": "bfloat16",
        "bos_token_id": 1,
        "eos_token_id": 2,
    }


def tensor_shapes(config):
    hidden, inner = config["hidden_size"], config["intermediate_size"]
    query = config["num_attention_heads"] * config["head_dim"]
    key = config["num_key_value_heads"] * config["head_dim"]
    attention = [
        ("q_proj", query, hidden), ("k_proj", key, hidden), ("v_proj", key, hidden),
        ("o_proj", hidden, query)]
    yield "model.embed_tokens.weight", (config["vocab_size"], hidden)
    for i in range(config["num_hidden_layers"]):
        prefix = f"model.layers.{i}."
        yield prefix + "input_layernorm.weight", (hidden,)
        for name, outputs, inputs in attention:
            yield prefix + f"self_attn.{name}.weight", (outputs, inputs)
            if config.get("attention_bias"):
                yield prefix + f"self_attn.{name}.bias", (outputs,)
        yield prefix + "post_attention_layernorm.weight", (hidden,)
        yield prefix + "mlp.gate_proj.weight", (inner, hidden)
        yield prefix + "mlp.up_proj.weight", (inner, hidden)
        yield prefix + "mlp.down_proj.weight", (hidden, inner)
    yield "model.norm.weight", (hidden,)


def write_random(directory, shape, seed=0):
    """Writes a random BF16 Llama of `shape` to `directory`, once."""
    directory = Path(directory)
    if (directory / "config.json").exists():
        return
    directory.mkdir(parents=True, exist_ok=True)
    config = config_of(shape)
    random = np.random.default_rng(seed)

    def bits(name, dimensions):
        if len(dimensions) == 1:
            values = np.ones(dimensions, np.float32)
        else:
            values = random.standard_normal(dimensions, dtype=np.float32) * 0.02
        return (values.view(np.uint32) >> 16).astype(np.uint16)

    write_bf16(directory, config, bits)
    # Last: a directory with a config is a complete one.
    (directory / "config.json").write_text(json.dumps(config, indent=2))


def write_bf16(directory, config, bits):
    """Writes model.safetensors: `bits(name, dimensions)` is an array of uint16 for each tensor."""
    tensors, offset = {}, 0
    for name, dimensions in tensor_shapes(config):
        size = 2 * int(np.prod(dimensions))
        tensors[name] = {
            "dtype": "BF16", "shape": list(dimensions), "data_offsets": [offset, offset + size]}
        offset += size
    header = json.dumps(tensors).encode()
    header += b" " * (-(8 + len(header)) % 64)
    with open(Path(directory) / "model.safetensors", "wb") as file:
        file.write(struct.pack("<Q", len(header)) + header)
        for name, dimensions in tensor_shapes(config):
            file.write(bits(name, dimensions).tobytes())


def read_bf16(directory):
    """(name, array of uint16 bits) of every tensor of a one-file BF16 checkpoint."""
    path = Path(directory) / "model.safetensors"
    with open(path, "rb") as file:
        length = struct.unpack("<Q", file.read(8))[0]
        header = json.loads(file.read(length))
    data = np.memmap(path, np.uint8, "r", offset=8 + length)
    for name, info in header.items():
        if name == "__metadata__":
            continue
        if info["dtype"] != "BF16":
            raise SystemExit(f"{path}: {name} is {info['dtype']}; the comparison is for BF16")
        begin, end = info["data_offsets"]
        yield name, data[begin:end].view(np.uint16).reshape(info["shape"])


GGUF_NAMES = {
    "input_layernorm.weight": "attn_norm.weight",
    "self_attn.q_proj.weight": "attn_q.weight",
    "self_attn.k_proj.weight": "attn_k.weight",
    "self_attn.v_proj.weight": "attn_v.weight",
    "self_attn.o_proj.weight": "attn_output.weight",
    "post_attention_layernorm.weight": "ffn_norm.weight",
    "mlp.gate_proj.weight": "ffn_gate.weight",
    "mlp.up_proj.weight": "ffn_up.weight",
    "mlp.down_proj.weight": "ffn_down.weight",
}


def gguf_name(name):
    if name.startswith("model.layers."):
        index, rest = name.removeprefix("model.layers.").split(".", 1)
        return f"blk.{index}.{GGUF_NAMES[rest]}"
    return {
        "model.embed_tokens.weight": "token_embd.weight",
        "model.norm.weight": "output_norm.weight",
        "lm_head.weight": "output.weight",
    }[name]


def write_gguf(directory):
    """Writes the Llama checkpoint in `directory` beside itself as model.gguf, once; its path.

    The vocabulary is left out (only ids are decoded); matrices stay BF16, norms become F32, and
    the rows of the query and key projections are reordered for llama.cpp's way of rotating.
    """
    import gguf

    directory = Path(directory)
    path, partial = directory / "model.gguf", directory / "model.gguf.partial"
    if path.exists():
        return path
    config = json.loads((directory / "config.json").read_text())
    heads, kv_heads = config["num_attention_heads"], config["num_key_value_heads"]
    head_dim = config.get("head_dim") or config["hidden_size"] // heads
    theta = config.get("rope_theta") or config["rope_parameters"]["rope_theta"]
    writer = gguf.GGUFWriter(partial, "llama")
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(heads)
    writer.add_head_count_kv(kv_heads)
    writer.add_key_length(head_dim)
    writer.add_value_length(head_dim)
    writer.add_rope_dimension_count(head_dim)
    writer.add_rope_freq_base(theta)
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_vocab_size(config["vocab_size"])
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_BF16)
    writer.add_tokenizer_model("no_vocab")
    for name, bits in read_bf16(directory):
        if name == "lm_head.weight" and config.get("tie_word_embeddings"):
            continue
        for projection, count in (("q_proj", heads), ("k_proj", kv_heads)):
            if projection in name:
                rows = bits.reshape(count, 2, head_dim // 2, -1)
                bits = rows.swapaxes(1, 2).reshape(bits.shape)
        if bits.ndim == 1:
            writer.add_tensor(gguf_name(name), (bits.astype(np.uint32) << 16).view(np.float32))
        else:
            writer.add_tensor(
                gguf_name(name), np.ascontiguousarray(bits).view(np.uint8),
                raw_dtype=gguf.GGMLQuantizationType.BF16)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    partial.rename(path)
    return path
