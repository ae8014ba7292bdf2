#!/usr/bin/env python3
"""Searches a draft for each model, then measures it and single ingredients on prompts of four kinds.

    python Experiments/real-models/run.py [--model DIRECTORY …] [--result FILE …]

Writes results/real-models-<UTC>.json, .md and .svg. Run it on an otherwise idle machine.
"""

import argparse
import datetime
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from drafts import drafts
from figures import by_kind, plot, table

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PROGRAM = ROOT / ".build" / "debug" / "skip-search"
MODELS = [HERE / "models" / "SmolLM2-135M-Instruct", ROOT / "Experiments" / "models" / "reference"]


def message(text):
    print(text, file=sys.stderr, flush=True)


def run(command):
    """(what a command prints, its largest resident memory in megabytes, its seconds)."""
    start = time.monotonic()
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen([str(c) for c in command], stdout=output, stderr=errors)
        try:
            # Not `wait`: only this tells the memory of one child.
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            raise
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0), errors.seek(0)
        if process.returncode != 0:
            last = [l for l in errors.read().splitlines() if l.strip()][:1]
            raise RuntimeError(f"exit code {process.returncode}: {' '.join(last)}")
        return output.read(), usage.ru_maxrss * 1024 / 1e6, time.monotonic() - start


class Model:
    """A model's part of the report."""

    def __init__(self, directory, options, work):
        self.directory, self.options, self.work = directory, options, work
        self.commands, self.name = [], directory.resolve().name
        self.config = json.loads((directory / "config.json").read_text())
        work.mkdir()

    def program(self, command, *arguments):
        threads = ["--threads", self.options.threads] if self.options.threads else []
        line = [self.options.executable, command, "--model", self.directory, *arguments, *threads]
        self.commands.append([str(word) for word in line])
        return run(line)

    def generate(self, *arguments):
        """(the lines of all prompts, peak megabytes)."""
        text, memory, _ = self.program(
            "generate", "-f", self.options.prompts, "--max-tokens", self.options.max_tokens,
            "--json", *arguments)
        lines = [json.loads(line) for line in text.splitlines()]
        return [line for line in lines if "summary" not in line], memory

    def plain(self):
        lines, memory = self.generate("--no-draft")
        tokens = sum(max(len(line["ids"]) - 1, 0) for line in lines)
        seconds = sum(line["telemetry"]["decoding_seconds"] for line in lines)
        return {"tokens_per_second": tokens / seconds, "peak_megabytes": memory}

    def search(self):
        """A search's result, or the one that was given for this model."""
        for path in self.options.result:
            result = json.loads(path.read_text())
            if Path(result["model"]["path"]).name == self.name:
                return result, None
        message(f"{self.name}: searching")
        text, _, seconds = self.program(
            "search", "--output", self.work, "--json", "--quiet", *self.options.search)
        return json.loads(text), seconds

    def samples(self, arguments, kinds, repetition):
        lines, memory = self.generate("--compare", *arguments)
        if len(lines) != len(kinds) or not all(line["identical"] for line in lines):
            raise RuntimeError("the output differs from plain decoding's")
        return [{
            "prompt": index, "kind": kind, "repetition": repetition, "tokens": len(line["ids"]),
            "plain_seconds": line["plain"]["decoding_seconds"],
            "speculative_seconds": line["telemetry"]["decoding_seconds"],
            "draft_tokens": line["telemetry"]["draft_token_count"],
            "accepted_draft_tokens": line["telemetry"]["accepted_draft_token_count"],
            "target_model_calls": line["telemetry"]["target_model_call_count"],
        } for index, (line, kind) in enumerate(zip(lines, kinds))], memory

    def measure(self, kinds):
        out = {"name": self.name, "directory": str(self.directory), "notes": [], "drafts": {}}
        source = self.directory / "source.json"
        if source.exists():
            out["source"] = json.loads(source.read_text())
            out["notes"].append(
                f"BF16 from {out['source']['weights_before_bf16']}: weights on the grid of that file")
        result = None
        try:
            result, out["search_seconds"] = self.search()
            # Its trials are many, and not what this is about.
            out["search_result"] = {k: v for k, v in result.items() if k not in ("trials", "screen")}
            if result["best"] is None:
                out["notes"].append("The search found no draft that beats plain decoding.")
        except Exception as error:
            out["notes"].append(f"The search failed: {error}")
        message(f"{self.name}: plain decoding")
        out["plain"] = self.plain()
        chosen = drafts(result, self.config["vocab_size"], self.work)
        out["drafts"] = {name: {"options": list(map(str, options)), "samples": []}
                         for name, options in chosen.items()}
        # In turn, back and forth: the machine's speed drifts.
        for repetition in range(self.options.repetitions):
            names = list(chosen)
            for name in names if repetition % 2 == 0 else reversed(names):
                draft = out["drafts"][name]
                if "error" in draft:
                    continue
                message(f"{self.name}: {name}, {repetition + 1} of {self.options.repetitions}")
                try:
                    samples, memory = self.samples(chosen[name], kinds, repetition)
                except Exception as error:
                    draft["error"] = str(error)
                    message(f"  {error}")
                    continue
                draft["samples"] += samples
                draft["peak_megabytes"] = max(memory, draft.get("peak_megabytes", 0))
        for draft in out["drafts"].values():
            if "error" not in draft:
                draft["figures"] = by_kind(draft["samples"], dict.fromkeys(kinds))
        out["commands"] = self.commands
        return out


def parse():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument(
        "--model", type=Path, action="append", default=[],
        help="a model directory; may be repeated (SmolLM2 as fetch.py makes it, and the reference)")
    parser.add_argument(
        "--result", type=Path, action="append", default=[],
        help="a search's result for one of the models, instead of a new search")
    parser.add_argument(
        "--search", default="", help="more options of the searches, in one word, such as '--trials 50'")
    parser.add_argument("--prompts", type=Path, default=HERE / "prompts" / "heldout.jsonl")
    parser.add_argument("--max-tokens", type=int, default=128)
    parser.add_argument("--repetitions", type=int, default=2, help="of each draft (2)")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--executable", type=Path, help="built as the README does, unless given")
    parser.add_argument("--output", type=Path, default=ROOT / "results")
    options = parser.parse_args()
    options.model, options.search = options.model or MODELS, options.search.split()
    for path in [*(m / "config.json" for m in options.model), options.prompts, *options.result]:
        if not path.exists():
            parser.error(f"{path} is not there" + (
                "; see fetch.py" if path.parent in MODELS else ""))
    return options


def markdown(document):
    kinds = document["kinds"]
    counts = ", ".join(f"{count} of kind {kind}" for kind, count in kinds.items())
    lines = [
        f"# Drafts on models as people have them, {document['created_at']}", "",
        f"`{' '.join(document['command'])}`", "",
        f"{document['machine']}, {document['seconds']:.0f} s. Greedy, {counts}; at most "
        f"{document['max_tokens']} tokens each, {document['repetitions']} times, plainly and "
        "speculatively in turn, all outputs identical. Speedup of decoding (95% interval, jackknife "
        "over prompts), acceptance rate; memory beside plain decoding's.", ""]
    for model in document["models"]:
        lines += table(model, kinds)
    return "\n".join(lines)


def main():
    options = parse()
    if not options.executable:
        message("Building")
        subprocess.run(
            ["swift", "build", "--product", "skip-search"], cwd=ROOT, check=True,
            stdout=subprocess.DEVNULL)
        options.executable = PROGRAM
    prompts = [json.loads(line) for line in options.prompts.read_text().splitlines() if line.strip()]
    kinds = [prompt.get("kind", "no kind") for prompt in prompts]
    cpu = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo")
                if "model name" in line), "")
    now, start = datetime.datetime.now(datetime.timezone.utc), time.monotonic()
    document = {
        "schema": "skip-search/real-models/1", "created_at": f"{now:%Y-%m-%dT%H:%M:%SZ}",
        "command": sys.argv, "machine": f"{cpu}, {options.threads or os.cpu_count()} threads",
        "prompts": str(options.prompts), "max_tokens": options.max_tokens,
        "kinds": {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)},
        "repetitions": options.repetitions, "models": []}
    stem = options.output / f"real-models-{now:%Y%m%dT%H%M%SZ}"
    options.output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        for index, directory in enumerate(options.model):
            model = Model(directory, options, Path(work) / str(index))
            document["models"].append(model.measure(kinds))
            # After each: what was measured survives whatever happens to the next.
            document["seconds"] = time.monotonic() - start
            stem.with_suffix(".json").write_text(json.dumps(document, indent=1) + "\n")
            stem.with_suffix(".md").write_text(markdown(document))
    try:
        plot(document["models"], document["kinds"], stem.with_suffix(".svg"))
    except ImportError:
        message("no plot: matplotlib is not installed")
    print(markdown(document))
    message(f"Written: {stem}.json, .md, .svg")


if __name__ == "__main__":
    main()
