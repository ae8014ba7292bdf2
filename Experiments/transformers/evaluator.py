"""An evaluator for `skip-search search --evaluator-command`: any causal model of Hugging Face's
transformers whose decoder layers have `self_attn` and `mlp`, on CPU or GPU. PROTOCOL.md says what is
asked and answered.

    pip install -r requirements.txt
    skip-search search --evaluator-command 'python3 Experiments/transformers/evaluator.py \
        --model Qwen/Qwen3-1.7B --device cuda --dtype bfloat16' --trials 200
"""

import argparse
import hashlib
import json
import os
import platform
import sys
import traceback

PROTOCOL = "skip-search/evaluator/1"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--model", required=True, help="a directory, or a name on Hugging Face's hub")
    parser.add_argument("--device", default=None, help="cpu, cuda, cuda:1 …; default: cuda if there")
    parser.add_argument("--dtype", default=None,
                        help="float32, bfloat16, float16 or float64; default: the checkpoint's")
    parser.add_argument("--attention", default=None, help="eager or sdpa; default: the model's own")
    parser.add_argument("--threads", type=int, default=None)
    parser.add_argument("--rows", type=int, default=64, help="the most rounds of a batch")
    parser.add_argument("--context", type=int, default=None,
                        help="the most positions; default: max_position_embeddings")
    return parser.parse_args()


def end_of_text(model, tokenizer):
    ids = set()
    for holder in (model.config, model.config.get_text_config(), model.generation_config, tokenizer):
        value = getattr(holder, "eos_token_id", None)
        ids.update(value if isinstance(value, list) else [] if value is None else [value])
    return sorted(ids)


def fingerprint(model):
    """Equal for equal weights in one type on one kind of device."""
    digest = hashlib.sha256(f"{model.config.to_json_string()} {model.device.type}".encode())
    for name, weight in model.named_parameters():
        flat = weight.detach().reshape(-1)
        middle = len(flat) // 2
        for start in (0, middle, max(0, len(flat) - 32)):
            piece = flat[start:start + 32].double().cpu().numpy().tobytes()
            digest.update(f"{name} {tuple(weight.shape)} {weight.dtype}".encode() + piece)
    return digest.hexdigest()[:16]


def plain_form(messages):
    """A conversation for a model without a chat template, as skip-search has it."""
    names = {"user": ("Question: ", "\n"), "assistant": ("Answer: ", "\n\n")}
    text = ""
    for message in messages:
        before, after = names.get(message["role"], ("", "\n\n"))
        text += before + str(message.get("content") or "") + after
    return text + "Answer:"


def encode(tokenizer, prompt):
    if "prompt" in prompt:
        return tokenizer(prompt["prompt"])["input_ids"]
    if not tokenizer.chat_template:
        return tokenizer(plain_form(prompt["messages"]))["input_ids"]
    others = {key: value for key, value in prompt.items() if key not in ("messages", "kind", "name")}
    text = tokenizer.apply_chat_template(
        prompt["messages"], add_generation_prompt=True, tokenize=False, **others)
    return tokenizer(text, add_special_tokens=False)["input_ids"]


class Evaluator:
    """Answers requests, each by the method of its name."""

    def __init__(self, options):
        import torch
        import transformers

        from passes import Passes
        torch.set_grad_enabled(False)
        if options.threads:
            torch.set_num_threads(options.threads)
        device = options.device or ("cuda" if torch.cuda.is_available() else "cpu")
        kind = getattr(torch, options.dtype) if options.dtype else "auto"
        extra = {"attn_implementation": options.attention} if options.attention else {}
        self.torch, self.options = torch, options
        self.tokenizer = transformers.AutoTokenizer.from_pretrained(options.model)
        model = transformers.AutoModelForCausalLM.from_pretrained(
            options.model, dtype=kind, **extra).to(device)
        self.passes = Passes(model, device)
        self.ends = end_of_text(model, self.tokenizer)
        self.context = self.passes.context(options.context)
        self.description = {
            "protocol": PROTOCOL,
            "model": {
                "name": options.model, "architecture": type(model).__name__,
                "parameters": sum(p.numel() for p in model.parameters()),
                "dtype": str(self.passes.dtype).removeprefix("torch."),
                "fingerprint": fingerprint(model)},
            "machine": {"name": self.machine(device), "threads": torch.get_num_threads()},
            "layers": len(self.passes.layers),
            "vocabulary_size": self.passes.model.get_output_embeddings().weight.shape[0],
            "context_length": self.context, "end_of_text": self.ends,
            "capabilities": ["replay", "costs", "distances", "decode", "lookup"]}
        self.speculation = None

    def machine(self, device):
        if device.startswith("cuda"):
            return self.torch.cuda.get_device_name(device)
        try:
            with open("/proc/cpuinfo") as file:
                for line in file:
                    if line.startswith("model name"):
                        return line.split(":", 1)[1].strip()
        except OSError:
            pass
        return platform.processor() or platform.machine() or "unknown"

    def hello(self, request):
        from texts import Speculation
        if request["protocol"] != PROTOCOL:
            raise ValueError(f"this evaluator speaks {PROTOCOL}, not {request['protocol']}")
        maximum, self.prompts = request["max_tokens"], []
        for prompt in request["prompts"]:
            ids = encode(self.tokenizer, prompt)
            # A prompt that leaves no room for its answer is left out.
            if ids and len(ids) + maximum <= self.context:
                self.prompts.append(
                    {"ids": ids, "name": prompt["name"], "kind": prompt.get("kind")})
        if not self.prompts:
            raise ValueError("no prompt leaves room for an answer in the model's context")
        self.speculation = Speculation(
            self.passes, self.ends, maximum, self.context, self.options.rows)
        return self.description | {"prompts": self.prompts}

    def plain(self, request):
        number = request["prompt"]
        ids, seconds, prefill = self.speculation.plain(
            number, self.prompts[number]["ids"], request.get("known"))
        return {"ids": ids, "seconds": seconds, "prefill_seconds": prefill}

    def costs(self, request):
        from costs import measure
        lengths = [len(t.prompt) + len(t.ids) // 2 for t in self.speculation.texts.values()]
        return measure(self.passes, sum(lengths) // max(1, len(lengths)) or 64, request["rows"])

    def replay(self, request):
        draft, positions = request["draft"], request["positions"]
        matched, confidences, ends = self.speculation.replay(
            draft["attn"], draft["mlp"], positions,
            request.get("behind") or [[]] * len(positions), request.get("least_confidence"))
        return {"matched": matched, "confidences": confidences, "ends": ends}

    def distances(self, request):
        return {"distances": self.speculation.distances(request["drafts"], request["positions"])}

    def decode(self, request):
        draft, number = request["draft"], request["prompt"]
        answer = self.speculation.speculative(
            number, self.prompts[number]["ids"], draft["attn"], draft["mlp"], request["rule"])
        if answer["differing"]:
            print(f"{self.prompts[number]['name']}: {answer['differing']} of {len(answer['ids'])} tokens "
                  "would have been others by rounding", file=sys.stderr, flush=True)
        return answer


REQUESTS = ("hello", "plain", "costs", "replay", "distances", "decode")


def main():
    options = arguments()
    # Whatever libraries print goes to standard error: standard output is for answers alone.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    evaluator = Evaluator(options)
    for line in sys.stdin:
        request = json.loads(line)
        try:
            name = request["request"]
            if name not in REQUESTS:
                raise ValueError(f"unknown request {name!r}")
            draft = request.get("draft") or {}
            if draft.get("weights", "model") != "model" or draft.get("head", "model") != "model":
                raise ValueError("this evaluator drafts in the model's own precision alone")
            with evaluator.torch.inference_mode():
                answer = getattr(evaluator, name)(request)
        except Exception as error:  # noqa: BLE001: whatever it is, only this answer is lost.
            traceback.print_exc()
            if "out of memory" in str(error) and evaluator.passes.device.type == "cuda":
                evaluator.torch.cuda.empty_cache()
            answer = {"error": f"{type(error).__name__}: {error}".split("\n")[0]}
        print(json.dumps({"id": request.get("id")} | answer), file=answers, flush=True)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass
