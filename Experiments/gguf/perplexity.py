#!/usr/bin/env python3
"""Perplexity and logits of GGUF files beside float64 on the same dequantised weights.

    python Experiments/gguf/perplexity.py --program .build/release/skip-search FILE …

Reads the text that lies beside this file, in windows, of which every position counts.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import reference


def losses(logits, tokens):
    shifted = logits - logits.max(1, keepdims=True)
    return np.log(np.exp(shifted).sum(1))[:-1] - shifted[np.arange(len(tokens) - 1), tokens[1:]]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("files", nargs="+")
    parser.add_argument("--program", default=".build/release/skip-search")
    parser.add_argument("--text", default=HERE.parents[1] / "README.md")
    parser.add_argument("--window", type=int, default=512)
    parser.add_argument("--windows", type=int, default=4)
    options = parser.parse_args()
    print("| file | tokens | perplexity | in float64 | differ by | largest error of a logit |")
    print("|---|---|---|---|---|---|")
    for path in options.files:
        ids = json.loads(subprocess.run(
            [options.program, "tokenize", "-m", path, "--file", options.text, "--no-special"],
            capture_output=True, check=True, text=True).stdout)["ids"]
        file, ours, exact, error, count = reference.File(path), [], [], 0.0, 0
        for start in range(0, options.window * options.windows, options.window):
            tokens = ids[start:start + options.window]
            count += len(tokens)
            right = reference.logits(file, tokens)
            with tempfile.NamedTemporaryFile() as output:
                subprocess.run(
                    [options.program, "logits", "-m", path, "--tokens", ",".join(map(str, tokens)),
                     "--output", output.name], check=True)
                found = np.array(json.loads(Path(output.name).read_text())["logits"])
            ours.append(losses(found, tokens))
            exact.append(losses(right, tokens))
            spread = right.max(1, keepdims=True) - right.min(1, keepdims=True)
            error = max(error, float((np.abs(found - right) / spread).max()))
        a, b = (float(np.exp(np.concatenate(x).mean())) for x in (ours, exact))
        print(
            f"| {Path(path).stem} | {count} | {a:.5g} | {b:.5g} | {abs(a / b - 1):.1e} |"
            f" {error:.1e} |", flush=True)


if __name__ == "__main__":
    main()
