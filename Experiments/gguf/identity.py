#!/usr/bin/env python3
"""Whether speculative decoding of GGUF files gives plain decoding's tokens, everywhere.

    python Experiments/gguf/identity.py --program .build/release/skip-search [FILE …]

Runs `generate --compare` on each file (of the reference model's first layers, one per type, by
convert.py) for each instruction set that the machine has, one and two threads, and drafts of several
kinds. Prints a table and ends with 1 where anything differs.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
# A draft and what it leaves out.
DRAFTS = {
    "4 bits": ["--draft-weights", "4"], "8 bits": ["--draft-weights", "8"],
    "4 bits, lookup": ["--draft-weights", "4", "--lookup", "auto"],
}
TYPES = ["F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q4_K", "Q5_K", "Q6_K"]
LAYERS = 3


def run(program, file, instructions, threads, draft):
    """The ids of a run and whether both ways agreed."""
    command = [
        program, "generate", "-m", str(file), "--prompt", "One, two, three, one, two", "--max-tokens",
        "24", "--ignore-eos", "--threads", str(threads), "--compare", *draft]
    environment = os.environ | {"SKIP_SEARCH_ISA": instructions}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=300)
    return done.returncode, done.stdout + done.stderr


def supported(program, file):
    """The instruction sets that the machine has: others are said not to be followed."""
    names = []
    for name in ["portable", "avx2", "avx512", "amx"]:
        _, output = run(program, file, name, 1, DRAFTS["4 bits"])
        if "SKIP_SEARCH_ISA" not in output:
            names.append(name)
    return names


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--program", default=".build/release/skip-search")
    parser.add_argument("files", nargs="*", type=Path)
    options = parser.parse_args()
    failures = runs = 0
    with tempfile.TemporaryDirectory() as directory:
        files = list(options.files)
        for kind in [] if files else TYPES:
            files.append(Path(directory) / f"{kind}.gguf")
            subprocess.run(
                [sys.executable, HERE / "convert.py", kind, files[-1], "--layers", str(LAYERS)],
                check=True)
        sets = supported(options.program, files[0])
        for file in files:
            bad = []
            for instructions in sets:
                for threads in (1, 2):
                    for name, draft in DRAFTS.items():
                        runs += 1
                        code, output = run(options.program, file, instructions, threads, draft)
                        if code or not re.search(r"identical: +yes", output):
                            bad.append(f"{instructions}, {threads} threads, {name}: {output[-300:]}")
            failures += len(bad)
            print(f"| {file.stem} | {'; '.join(bad) or 'identical'} |", flush=True)
    print(f"{runs} runs ({', '.join(sets)}; 1 and 2 threads; {len(DRAFTS)} drafts), {failures} differ")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
