"""What the fuzzer's cases reach of the readers: lines and regions by folder, and functions never called.

    python3 Experiments/fuzz/coverage.py [--cases 1500] [--corpus DIRECTORY] [--functions]

builds an instrumented program beside the usual ones (/tmp/skip-search-coverage), runs the first cases
of every target, as the tests do, and what guided.py kept in DIRECTORY.
"""
import argparse
import collections
import glob
import json
import os
import shutil
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
READERS = ["Files", "GGUF", "Checkpoints", "Tokenizers", "Jinja", "DraftEvaluation/Prompts",
           "SkipSearch/Journal", "SkipSearch/Results", "SkipSearch/Settings", "SkipSearch/Trials"]


def build(scratch):
    subprocess.run(
        ["swift", "build", "-c", "release", "--product", "fuzz", "--scratch-path", scratch,
         "-Xswiftc", "-profile-generate", "-Xswiftc", "-profile-coverage-mapping"],
        cwd=ROOT, check=True)
    return os.path.join(scratch, "release/fuzz")


def run(binary, words, profile):
    subprocess.run(
        [binary] + words, stdout=subprocess.DEVNULL, check=True, preexec_fn=lambda: os.nice(10),
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1", "LLVM_PROFILE_FILE": profile})


def report(tools, binary, profiles, merged):
    """Counts by file of the sources."""
    subprocess.run(
        [f"{tools}/llvm-profdata", "merge", "-sparse", "-o", merged] + profiles, check=True)
    text = subprocess.run(
        [f"{tools}/llvm-cov", "export", "-instr-profile", merged, binary],
        capture_output=True, text=True, check=True).stdout
    data = json.loads(text)["data"][0]
    sources = os.path.join(ROOT, "Sources") + "/"
    files = {file["filename"].removeprefix(sources): file["summary"] for file in data["files"]
             if file["filename"].startswith(sources)}
    never = [(function["filenames"][0].removeprefix(sources), function["regions"][0][0])
             for function in data["functions"]
             if function["count"] == 0 and function["filenames"][0].startswith(sources)]
    return files, sorted(set(never))


def table(reports):
    folders = collections.defaultdict(lambda: [[0, 0, 0, 0] for _ in reports])
    for index, files in enumerate(reports):
        for name, summary in files.items():
            parts = name.split("/")
            keys = {parts[0] + " (all)", "/".join(parts[:-1])}
            for key in keys:
                row = folders[key][index]
                for offset, kind in enumerate(["lines", "regions"]):
                    row[2 * offset] += summary[kind]["covered"]
                    row[2 * offset + 1] += summary[kind]["count"]
    print("| folder | lines | " + " | ".join(["covered", "regions"] * len(reports)) + " |")
    print("|---|---|" + "---|---|" * len(reports))
    for key, rows in sorted(folders.items()):
        if rows[0][0] == 0 and not key.endswith("(all)"):
            continue
        shares = " | ".join(
            f"{100 * row[0] / max(1, row[1]):.0f}% | {100 * row[2] / max(1, row[3]):.0f}%"
            for row in rows)
        print(f"| {key} | {rows[0][1]} | {shares} |")


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--cases", type=int, default=1500)
    arguments.add_argument("--corpus")
    arguments.add_argument("--functions", action="store_true", help="those never called")
    arguments.add_argument("--scratch", default="/tmp/skip-search-coverage")
    arguments.add_argument("--binary", help="one that is built")
    options = arguments.parse_args()
    binary = options.binary or build(options.scratch)
    tools = os.path.dirname(os.path.realpath(shutil.which("swift")))
    work = os.path.join(options.scratch, "profiles")
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work)
    names = subprocess.run([binary, "list"], capture_output=True, text=True, check=True,
                           env=os.environ | {"LLVM_PROFILE_FILE": "/dev/null"}).stdout.split()
    numbered, guided = [], []
    for name in names:
        numbered.append(f"{work}/{name}-cases.profraw")
        run(binary, ["run", name, "0", str(options.cases), f"{work}/status"], numbered[-1])
        files = sorted(glob.glob(f"{options.corpus}/{name}/*")) if options.corpus else []
        # As many as a command line may name.
        for start in range(0, len(files), 500):
            guided.append(f"{work}/{name}-corpus-{start}.profraw")
            run(binary, ["files", name] + files[start:start + 500], guided[-1])
    reports = [report(tools, binary, numbered, f"{work}/cases.profdata")]
    if guided:
        reports.append(report(tools, binary, numbered + guided, f"{work}/all.profdata"))
    table([files for files, _ in reports])
    if options.functions:
        print("\nNever called, of the readers:")
        for name, line in reports[-1][1]:
            if name.startswith(tuple(READERS)):
                print(f"{name}:{line}")


if __name__ == "__main__":
    main()
