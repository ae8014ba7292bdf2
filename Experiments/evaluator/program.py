"""Drives the built program: sessions of `evaluate --stdin`, searches, and passes of plain decoding."""

import json
import subprocess
import sys
import time
from pathlib import Path

from lines import Lines

# A command that hangs must not take the experiment with it.
SEARCH_TIMEOUT = 600


def message(text):
    print(text, file=sys.stderr, flush=True)


class Program:
    """skip-search with a model. `commands` collects every command line."""

    def __init__(self, executable, model, work, threads=None):
        self.executable, self.model = str(executable), str(model)
        self.work = Path(work)
        self.threads = ["--threads", str(threads)] if threads else []
        self.commands = []

    def of(self, model):
        """The same program with another model."""
        other = Program(self.executable, model, self.work)
        other.threads, other.commands = self.threads, self.commands
        return other

    def command(self, name, *options):
        line = [self.executable, name, "--model", self.model, *map(str, options), *self.threads]
        self.commands.append(line)
        return line

    def session(self, *options):
        return Session(self.command("evaluate", "--stdin", *options))

    def search(self, name, *options):
        """(the result file's content, seconds from start to end of the process)."""
        output = self.work / name
        line = self.command("search", "--output", output, "--quiet", "--json", *options)
        start = time.monotonic()
        run = subprocess.run(line, capture_output=True, text=True, timeout=SEARCH_TIMEOUT)
        if run.returncode != 0:
            raise RuntimeError(f"search failed ({run.returncode}): {run.stderr[-500:]}")
        return json.loads(run.stdout), time.monotonic() - start

    def plain_pass(self, prompts, tokens):
        """Seconds of plainly decoding a prompts file: {"decoding", "prefill", "tokens"}."""
        line = self.command(
            "generate", "-f", prompts, "--no-draft", "--json", "--max-tokens", tokens)
        run = subprocess.run(line, capture_output=True, text=True, timeout=SEARCH_TIMEOUT)
        if run.returncode != 0:
            raise RuntimeError(f"generate failed ({run.returncode}): {run.stderr[-500:]}")
        decoding = prefill = count = 0
        for text in run.stdout.splitlines():
            answer = json.loads(text)
            if "ids" not in answer:
                continue  # the summary
            telemetry = answer["telemetry"]
            # The first token is the prefill's; an answer of that alone has no speed.
            emitted = len(answer["ids"])
            if telemetry["tokens_per_second"]:
                decoding += (emitted - 1) / telemetry["tokens_per_second"]
            if telemetry["prefill_tokens_per_second"]:
                prefill += answer["prompt_tokens"] / telemetry["prefill_tokens_per_second"]
            count += emitted
        return {"decoding": decoding, "prefill": prefill, "tokens": count}


class Session(Lines):
    """`evaluate --stdin`. All lines of a replaying session are judged by the same costs, which are
    measured before its first line."""

    def evaluate(self, skip, draft=None):
        return self.ask({"skip_layer_ids": skip} | ({} if draft is None else {"draft": draft}))
