"""Random tiny models of every architecture: float64 logits of Hugging Face transformers against
those of `skip-search logits`, in full, with skip sets, and drafted on the full model's cache.

    pip install -r requirements.txt
    python3 compare.py ../../.build/debug/skip-search [--seeds 20] [--only gemma] [--keep DIR]

Exit code 1 where a relative error (norm of a row's difference over the norm of the row) exceeds
2e-5, and four times what float32 costs transformers itself on the same model.
"""

import argparse
import copy
import json
import random
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np
import torch
import transformers
from safetensors.torch import load_file, save_file

transformers.utils.logging.set_verbosity_error()
transformers.utils.logging.disable_progress_bar()
warnings.simplefilter("ignore")
LIMIT = 2e-5


def shape(draw, heads_divide_hidden=False):
    """What all configurations have."""
    kv_heads = draw.randint(1, 3)
    heads = kv_heads * draw.randint(1, 3)
    head_dim = 2 * draw.randint(2, 12)
    # Gemma 3's class wants a multiple; those without head_dim need the product.
    hidden = heads * draw.choice([6, 8, 10])
    if heads_divide_hidden:
        hidden = heads * head_dim
    return dict(
        vocab_size=draw.randint(30, 200), hidden_size=hidden,
        intermediate_size=draw.randint(5, 90), num_hidden_layers=draw.randint(1, 7),
        num_attention_heads=heads, num_key_value_heads=kv_heads, head_dim=head_dim,
        max_position_embeddings=draw.choice([64, 128, 256]), rms_norm_eps=draw.choice([1e-5, 1e-6]),
        tie_word_embeddings=draw.random() < 0.5, bos_token_id=1, eos_token_id=2, pad_token_id=0)


def rope(draw, dimension, dynamic=True):
    """A `rope_scaling`, or none, and a change of `max_position_embeddings` that it needs."""
    kinds = ["default", "linear", "llama3", "yarn", "longrope"] + ["dynamic"] * dynamic
    kind = draw.choice(kinds)
    if kind == "default":
        return None, {}
    if kind == "linear":
        return dict(rope_type=kind, factor=draw.choice([2.0, 3.5])), {}
    if kind == "llama3":
        return dict(
            rope_type=kind, factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
            original_max_position_embeddings=draw.choice([16, 32])), {}
    if kind == "yarn":
        return dict(rope_type=kind, factor=4.0, original_max_position_embeddings=16), {}
    if kind == "dynamic":
        # A short context, so that texts go beyond it.
        return dict(rope_type=kind, factor=draw.choice([2.0, 3.0])), dict(
            max_position_embeddings=draw.choice([22, 31, 64]))
    return dict(
        rope_type=kind, short_factor=[round(draw.uniform(1, 2), 3) for _ in range(dimension // 2)],
        long_factor=[round(draw.uniform(2, 9), 3) for _ in range(dimension // 2)],
        original_max_position_embeddings=draw.choice([16, 33, 60])), {}


def with_rope(draw, config, dimension):
    scaling, changes = rope(draw, dimension)
    config.update(changes)
    config["rope_theta"] = draw.choice([10000.0, 500000.0])
    if scaling:
        config["rope_scaling"] = scaling
    return config


def make_llama(draw):
    config = shape(draw)
    with_rope(draw, config, config["head_dim"])
    config.update(attention_bias=draw.random() < 0.3, mlp_bias=draw.random() < 0.3)
    return "llama", config


def make_mistral(draw):
    config = shape(draw)
    with_rope(draw, config, config["head_dim"])
    config["sliding_window"] = draw.choice([None, draw.randint(1, 20)])
    return "mistral", config


def qwen(draw, config):
    with_rope(draw, config, config.get("head_dim") or config["hidden_size"] // config["num_attention_heads"])
    config.update(
        use_sliding_window=draw.random() < 0.6, sliding_window=draw.randint(1, 20),
        max_window_layers=draw.randint(0, config["num_hidden_layers"]))
    if config["use_sliding_window"] and draw.random() < 0.4:
        config["layer_types"] = [
            draw.choice(["full_attention", "sliding_attention"])
            for _ in range(config["num_hidden_layers"])]
    return config


def make_qwen2(draw):
    config = shape(draw, heads_divide_hidden=True)
    del config["head_dim"]
    return "qwen2", qwen(draw, config)


def make_qwen3(draw):
    config = shape(draw)
    config["attention_bias"] = draw.random() < 0.3
    return "qwen3", qwen(draw, config)


def make_gemma2(draw):
    config = shape(draw)
    with_rope(draw, config, config["head_dim"])
    config.update(
        sliding_window=draw.randint(1, 20), query_pre_attn_scalar=draw.choice([7, 24, 144]),
        attn_logit_softcapping=draw.choice([None, 2.0, 50.0]),
        final_logit_softcapping=draw.choice([None, 3.0, 30.0]),
        attention_bias=draw.random() < 0.2)
    if draw.random() < 0.3:
        config["hidden_activation"] = "silu"
    return "gemma2", config


def gemma3(draw):
    config = shape(draw)
    scaling, changes = rope(draw, config["head_dim"], dynamic=False)
    config.update(changes)
    if scaling and scaling["rope_type"] != "longrope":
        config["rope_scaling"] = scaling
    config.update(
        rope_theta=draw.choice([1e6, 5e5]), rope_local_base_freq=draw.choice([1e4, 3e3]),
        sliding_window=draw.randint(1, 20), sliding_window_pattern=draw.choice([2, 3, 6]),
        query_pre_attn_scalar=draw.choice([7, 24, 144]),
        final_logit_softcapping=draw.choice([None, None, 30.0]))
    return config


def make_gemma3(draw):
    return "gemma3_text", gemma3(draw)


def make_gemma3_multimodal(draw):
    text = gemma3(draw)
    vision = dict(
        hidden_size=16, intermediate_size=16, num_hidden_layers=1, num_attention_heads=2,
        image_size=28, patch_size=14)
    text["vocab_size"] = max(text["vocab_size"], 100)
    return "gemma3", dict(
        text_config=text, vision_config=vision, mm_tokens_per_image=4, image_token_index=99,
        boi_token_index=97, eoi_token_index=98)


def make_smollm3(draw):
    config = shape(draw, heads_divide_hidden=True)
    del config["head_dim"]
    with_rope(draw, config, config["hidden_size"] // config["num_attention_heads"])
    config.update(attention_bias=draw.random() < 0.2, mlp_bias=draw.random() < 0.2)
    if draw.random() < 0.5:
        config["no_rope_layer_interval"] = draw.randint(1, 4)
    else:
        config["no_rope_layers"] = [draw.randint(0, 1) for _ in range(config["num_hidden_layers"])]
    if draw.random() < 0.4:
        config.update(use_sliding_window=True, sliding_window=draw.randint(1, 20))
    return "smollm3", config


def make_phi3(draw):
    config = shape(draw, heads_divide_hidden=True)
    head_dim = config.pop("head_dim")
    shares = [s for s in (0.5, 0.75, 1.0) if int(head_dim * s) % 2 == 0 and int(head_dim * s) > 1]
    share = draw.choice(shares)
    config.update(
        partial_rotary_factor=share, rope_theta=10000.0,
        sliding_window=draw.choice([None, draw.randint(1, 20)]))
    if draw.random() < 0.7:
        half = int(head_dim * share) // 2
        config["original_max_position_embeddings"] = draw.choice([16, 33, 60])
        config["rope_scaling"] = dict(
            type="longrope",
            short_factor=[round(draw.uniform(1, 2), 3) for _ in range(half)],
            long_factor=[round(draw.uniform(2, 9), 3) for _ in range(half)])
    return "phi3", config


MAKERS = [
    make_llama, make_mistral, make_qwen2, make_qwen3, make_gemma2, make_gemma3,
    make_gemma3_multimodal, make_smollm3, make_phi3]


def tiny(draw, make):
    """A random tiny model in float64, with attention as plain products."""
    kind, config = make(draw)
    config = transformers.AutoConfig.for_model(kind, **config)
    config._attn_implementation = "eager"
    model = transformers.AutoModelForCausalLM.from_config(config, attn_implementation="eager")
    model = model.eval().to(torch.float64)
    randomize(model, draw)
    return model


def randomize(model, draw):
    """Weights whose products stay of order one, norms and biases that matter."""
    generator = torch.Generator().manual_seed(draw.randrange(1 << 30))
    offset = "Gemma" in type(model).__name__
    for name, weight in model.named_parameters():
        noise = torch.randn(weight.shape, generator=generator)
        if "norm" in name and weight.dim() == 1:
            value = noise * 0.2 + (0 if offset else 1)
        elif weight.dim() == 1:
            value = noise * 0.3
        else:
            scale = 1.0 if "embed" in name else 1.3 / weight.shape[-1] ** 0.5
            value = noise * scale
        weight.data = value.to(weight.dtype)


def layers(model):
    decoder = model.model
    return getattr(decoder, "language_model", decoder).layers


def skipping(model, attn, mlp):
    """Replaces what the sub-layers add by zero; keys and values are still written."""
    def zero(forward, is_attention):
        def call(*args, **kwargs):
            result = forward(*args, **kwargs)
            if is_attention:
                return (torch.zeros_like(result[0]),) + tuple(result[1:])
            return torch.zeros_like(result)
        return call
    saved = []
    for kind, indices in (("self_attn", attn), ("mlp", mlp)):
        for index in indices:
            part = getattr(layers(model)[index], kind)
            saved.append((part, part.forward))
            part.forward = zero(part.forward, kind == "self_attn")
    return saved


def restore(saved):
    for part, forward in saved:
        part.forward = forward


@torch.no_grad()
def expected(model, tokens, attn, mlp, prefix):
    model = copy.deepcopy(model)
    ids = torch.tensor([tokens])
    if prefix is None:
        skipping(model, attn, mlp)
        return model(input_ids=ids, use_cache=False).logits[0].numpy()
    cache = transformers.DynamicCache()
    if prefix:
        model(input_ids=ids[:, :prefix], past_key_values=cache, use_cache=True)
    skipping(model, attn, mlp)
    rows = []
    for position in range(prefix, len(tokens)):
        out = model(
            input_ids=ids[:, position:position + 1], past_key_values=cache, use_cache=True)
        rows.append(out.logits[0, 0].numpy())
    return np.array(rows)


def found(binary, directory, tokens, attn, mlp, prefix):
    command = [binary, "logits", "--model", str(directory), "--tokens", ",".join(map(str, tokens))]
    if attn or mlp or prefix is not None:
        skip = Path(directory) / "skip.json"
        skip.write_text(json.dumps(dict(attn=attn, mlp=mlp)))
        command += ["--skip-set", str(skip)]
    if prefix is not None:
        command += ["--draft-from", str(prefix)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120)
    if run.returncode:
        raise RuntimeError(f"exit {run.returncode}: {run.stderr.strip()}")
    return np.array(json.loads(run.stdout)["logits"])


def save(model, config, kind, directory, draw):
    """As published files are, half of them with the old keys of config.json."""
    model.save_pretrained(directory, max_shard_size=draw.choice(["5GB", "40KB"]))
    path = Path(directory) / "config.json"
    written = json.loads(path.read_text())
    if draw.random() < 0.6:
        # The keys that were given, as older versions wrote them.
        old = copy.deepcopy(config)
        old["architectures"] = written["architectures"]
        old["model_type"] = kind
        if kind == "phi3" and "rope_scaling" in old and draw.random() < 0.3:
            # Its old name, which the class itself no longer reads.
            old["rope_scaling"]["type"] = "su"
        path.write_text(json.dumps(old))
    if kind == "gemma3" and draw.random() < 0.5:
        # The older names.
        for file in Path(directory).glob("*.safetensors"):
            tensors = {}
            for name, value in load_file(file).items():
                name = name.replace("model.language_model.", "language_model.model.", 1)
                tensors[name] = value
            save_file(tensors, file)
        index = Path(directory) / "model.safetensors.index.json"
        if index.exists():
            text = index.read_text()
            index.write_text(text.replace("model.language_model.", "language_model.model."))


def check(binary, maker, seed, keep):
    draw = random.Random(f"{maker.__name__} {seed}")
    kind, config = maker(draw)
    made = transformers.AutoConfig.for_model(kind, **copy.deepcopy(config))
    made._attn_implementation = "eager"
    auto = transformers.AutoModelForCausalLM
    if kind == "gemma3":
        auto = transformers.Gemma3ForConditionalGeneration
        model = auto(made)
    else:
        model = auto.from_config(made)
    dtype = draw.choice([torch.bfloat16, torch.float16, torch.float32])
    randomize(model, draw)
    model.tie_weights()
    with tempfile.TemporaryDirectory() as plain:
        # Through a file: `to` would round the rotary frequencies too.
        model.to(dtype).save_pretrained(plain)
        model = type(model).from_pretrained(plain, dtype=dtype, attn_implementation="eager").eval()
    text = config.get("text_config", config)
    count, length = text["num_hidden_layers"], draw.randint(34, 44)
    tokens = [draw.randrange(3, min(97, text["vocab_size"])) for _ in range(length)]
    with tempfile.TemporaryDirectory() as temporary:
        directory = Path(keep) / f"{kind}-{seed}" if keep else Path(temporary)
        directory.mkdir(parents=True, exist_ok=True)
        save(model, config, kind, directory, draw)
        model = model.double()
        for part in model.modules():
            # Gemma's factor, which loading rounds to the weights' type.
            if hasattr(part, "scalar_embed_scale"):
                part.embed_scale.fill_(part.scalar_embed_scale)
        worst = 0.0
        for mode in ("full", "skips", "drafted", "drafted in full"):
            attn = [i for i in range(count) if draw.random() < 0.3]
            mlp = [i for i in range(count) if draw.random() < 0.3]
            if mode.endswith("full"):
                attn, mlp = [], []
            prefix = draw.randint(1, length - 1) if mode.startswith("drafted") else None
            want = expected(model, tokens, attn, mlp, prefix)
            got = found(binary, directory, tokens, attn, mlp, prefix)
            assert got.shape == want.shape, f"shape {got.shape} for {want.shape}"
            errors = np.linalg.norm(got - want, axis=1) / np.linalg.norm(want, axis=1)
            worst = max(worst, float(errors.max()))
            if not errors.max() <= LIMIT:
                # Some random models tell every rounding: torch in float32 says which.
                single = expected(copy.deepcopy(model).float(), tokens, attn, mlp, prefix)
                rounding = np.linalg.norm(single - want, axis=1) / np.linalg.norm(want, axis=1)
                if errors.max() <= 4 * rounding.max():
                    continue
                scaling = text.get("rope_scaling")
                raise RuntimeError(
                    f"{mode}, prefix {prefix}: {errors.max():.1e} at {errors.argmax()}; "
                    f"{scaling and scaling.get('rope_type', scaling.get('type'))}")
    return worst


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--only", default="")
    parser.add_argument("--keep", default="")
    options = parser.parse_args()
    torch.set_num_threads(1)
    failures = 0
    for maker in MAKERS:
        name = maker.__name__.removeprefix("make_")
        if options.only not in name:
            continue
        worst, bad = 0.0, 0
        for seed in range(options.first, options.first + options.seeds):
            try:
                worst = max(worst, check(options.binary, maker, seed, options.keep))
            except Exception as error:
                bad += 1
                print(f"{name} {seed}: {type(error).__name__}: {str(error)[:300]}", flush=True)
        failures += bad
        print(f"{name}: {options.seeds - bad} of {options.seeds}, worst {worst:.1e}", flush=True)
    sys.exit(failures > 0)


if __name__ == "__main__":
    main()
