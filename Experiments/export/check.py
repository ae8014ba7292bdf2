"""What `skip-search export` writes, in PyTorch: the Python module and the draft model of a result
generate what plain `generate` does, for several drafts and stop rules.

    python3 check.py --program ../../.build/debug/skip-search --result RESULT.json [--model DIR]

Needs torch and transformers. Exit code 1 where a text differs.
"""

import argparse
import importlib.util
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import torch
import transformers

HERE = Path(__file__).resolve().parent
QUESTIONS = [
    "How many legs have three cats?",
    "A farmer has 12 hens. Each lays 3 eggs a day. How many eggs are there after 5 days?",
]
STOPS = {
    "fixed": {"kind": "fixed"},
    "confidence": {"kind": "confidence", "threshold": 0.5},
    "adaptive": {
        "kind": "adaptive", "target": 0.9, "step": 0.01, "initial": 0.8, "acceptance_decay": 0.5,
        "threshold_decay": 0.9},
    "calibrated": {"kind": "calibrated", "thresholds": [0.6, 0.5, 0.4, float("inf")]},
}
LOOKUPS = {
    "no": None,
    "yes": {"limits": [0, 0, 3, 5], "continues": False},
    "behind": {"limits": [0, 1, 3, 5], "continues": True},
}


def export(options, *words):
    line = [options.program, "export", options.result, *words]
    done = subprocess.run(line, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{line}: {done.stderr}")
    return done.stderr.strip()


def imported(path):
    spec = importlib.util.spec_from_file_location("draft", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def drafts(module):
    """(name, skipped attention, skipped MLPs, stop rule, lookups)"""
    layers = range(module.LAYERS)
    odd = list(layers)[1:-1:2]
    own = module.SKIP_ATTN, module.SKIP_MLP
    yield "the result's", *own, module.STOP, module.LOOKUP
    for name in STOPS:
        yield f"uniform, {name}", odd, odd, STOPS[name], None
    for name in LOOKUPS:
        yield f"the result's, lookups: {name}", *own, STOPS["confidence"], LOOKUPS[name]
    yield "no attention", list(layers), [], STOPS["fixed"], None
    yield "the first layers' attention", [0, 1, 2], [], STOPS["confidence"], LOOKUPS["yes"]
    yield "nothing skipped", [], [], STOPS["fixed"], None
    yield "everything", list(layers), list(layers), STOPS["fixed"], None


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--program", default=str(HERE / "../../.build/debug/skip-search"))
    parser.add_argument("--result", required=True)
    parser.add_argument("--model", default=str(HERE / "../models/reference"))
    parser.add_argument("--tokens", type=int, default=40)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    model = transformers.AutoModelForCausalLM.from_pretrained(options.model, dtype="float32").eval()
    tokenizer = transformers.AutoTokenizer.from_pretrained(options.model)
    texts = [
        tokenizer.apply_chat_template(
            [{"role": "user", "content": question}], add_generation_prompt=True, tokenize=False)
        for question in QUESTIONS]
    prompts = [
        tokenizer(text, add_special_tokens=False, return_tensors="pt").input_ids for text in texts]
    failed = False
    with tempfile.TemporaryDirectory() as place:
        notes = export(options, "--format", "transformers", "--output", f"{place}/draft.py")
        print(notes)
        module = imported(f"{place}/draft.py")
        expected = [module.plain(model, ids, options.tokens) for ids in prompts]
        for name, attn, mlp, stop, lookup in drafts(module):
            module.SKIP_ATTN, module.SKIP_MLP = attn, mlp
            module.STOP, module.LOOKUP = stop, lookup
            total, same = {}, True
            for ids, text in zip(prompts, expected):
                new, counts = module.generate(model, ids, options.tokens)
                same = same and new == text
                for key in counts:
                    total[key] = total.get(key, 0) + counts[key]
            rate = total["accepted"] / max(1, total["drafted"])
            # The full model as its own draft is right, and what skips nothing else is run.
            same = same and (name != "nothing skipped" or rate == 1)
            print(f"{name}: {'equal' if same else 'DIFFERENT'}, accepted {rate:.3f} of "
                  f"{total['drafted']}, {total['looked_up']} looked up, {total['calls']} calls",
                  flush=True)
            failed = failed or not same
        if any("forward" in part.__dict__ for layer in module.decoder_layers(model)
               for part in (layer.self_attn, layer.mlp)):
            print("a forward was left behind")
            failed = True
        print(export(
            options, "--format", "draft-model", "--model", options.model, "--output",
            f"{place}/model"))
        assistant = transformers.AutoModelForCausalLM.from_pretrained(
            f"{place}/model", dtype="float32").eval()
        transformers.AutoTokenizer.from_pretrained(f"{place}/model")
        layers = assistant.config.get_text_config().num_hidden_layers
        passes = []
        assistant.register_forward_hook(lambda *_: passes.append(1))
        for ids, text in zip(prompts, expected):
            out = model.generate(
                ids, attention_mask=torch.ones_like(ids), do_sample=False,
                max_new_tokens=options.tokens, assistant_model=assistant)
            same = out[0, ids.shape[1]:].tolist() == text
            print(f"draft model of {layers} layers: {'equal' if same else 'DIFFERENT'}")
            failed = failed or not same or not passes
        # Its own acceptance: how often it has the token that the full model has.
        right = total = 0
        with torch.inference_mode():
            for ids, text in zip(prompts, expected):
                whole = torch.cat([ids, torch.tensor([text])], 1)
                found = assistant(whole).logits[0, ids.shape[1] - 1:-1].argmax(-1).tolist()
                right += sum(a == b for a, b in zip(found, text))
                total += len(text)
        print(f"draft model: {right} of {total} next tokens are the full model's")
    with open(options.result) as file:
        print(json.dumps({"result": options.result, "model": json.load(file)["model"]["path"]}))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
