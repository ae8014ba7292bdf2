#!/usr/bin/env python3
"""Plain decoding of GGUF files, this engine and llama.cpp in turn, on the same threads.

    python Experiments/gguf/speed.py --program .build/release/skip-search FILE …

Needs PyPI's `xllamacpp`, a build of llama.cpp; what instructions it uses is printed. Medians of the
rounds, in tokens per second.
"""

import argparse
import json
import re
import statistics
import subprocess
from pathlib import Path

import xllamacpp


def ours(program, path, threads, tokens):
    done = subprocess.run(
        [program, "generate", "-m", path, "--prompt", "The three", "--max-tokens", str(tokens),
         "--ignore-eos", "--threads", str(threads)], capture_output=True, text=True)
    found = re.search(r"decoding: .* ([0-9.]+) tokens/s", done.stderr + done.stdout)
    if not found:
        raise SystemExit(done.stderr[-400:])
    return float(found[1])


def server(path, threads):
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(path)
    parameters.n_ctx = 512
    parameters.n_parallel = 1
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = threads
    parameters.warmup = True
    return xllamacpp.Server(parameters)


def theirs(server, tokens):
    result = server.handle_completions(
        {"prompt": "The three", "max_tokens": tokens, "ignore_eos": True, "temperature": 0,
         "cache_prompt": False})
    result = json.loads(result) if isinstance(result, str) else result
    return result["timings"]["predicted_per_second"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--program", default=".build/release/skip-search")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--tokens", type=int, default=48)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    print(xllamacpp.get_system_info())
    for path in options.files:
        peer = server(path, options.threads)
        rounds = [
            (ours(options.program, path, options.threads, options.tokens),
             theirs(peer, options.tokens)) for _ in range(options.rounds)]
        del peer
        ratio = statistics.median(a / b for a, b in rounds)
        a, b = (statistics.median(column) for column in zip(*rounds))
        print(f"| {path.stem} | {a:.1f} | {b:.1f} | {ratio:.2f} |", flush=True)


if __name__ == "__main__":
    main()
