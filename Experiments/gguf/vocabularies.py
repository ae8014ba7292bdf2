#!/usr/bin/env python3
"""Tokenizers of GGUF files against llama.cpp's own test cases.

    python Experiments/gguf/vocabularies.py DIRECTORY [NAME …] [--program FILE]

DIRECTORY: `models/` of llama.cpp's sources (also in the source archive of PyPI's
`llama-cpp-python`), whose ggml-vocab-NAME.gguf come with texts (.inp) and their ids (.out). Ends
with 1 where ids differ.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

SEPARATOR = "\n__ggml_vocab_test__\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("directory", type=Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--program", default=".build/release/skip-search")
    options = parser.parse_args()
    differing = 0
    for path in sorted(options.directory.glob("ggml-vocab-*.gguf")):
        name = path.stem.removeprefix("ggml-vocab-")
        cases, right = (path.with_name(path.name + end) for end in (".inp", ".out"))
        if not cases.exists() or (options.names and name not in options.names):
            continue
        texts = cases.read_bytes().decode().split(SEPARATOR)
        expected = [[int(i) for i in line.split()] for line in right.read_text().splitlines()]
        wrong, refused = [], None
        for text, ids in zip(texts, expected):
            with tempfile.NamedTemporaryFile() as file:
                file.write(text.encode())
                file.flush()
                done = subprocess.run(
                    [options.program, "tokenize", "-m", path, "--file", file.name, "--no-special"],
                    capture_output=True, text=True)
            if done.returncode:
                refused = done.stderr.strip().split(": ", 2)[-1]
                break
            if json.loads(done.stdout)["ids"] != ids:
                wrong.append((text, ids, json.loads(done.stdout)["ids"]))
        differing += len(wrong)
        print(f"| {name} | {refused or f'{len(texts) - len(wrong)} of {len(texts)}'} |", flush=True)
        for case in wrong[:3]:
            print("  ", case)
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
