"""Coverage-guided fuzzing: libFuzzer keeps what reaches new code in a reader and changes that further,
its structure (Tests/FuzzSupport) as well as its bytes.

    python3 Experiments/fuzz/guided.py --minutes 5 [--targets gguf,tokenizer] [--corpus DIRECTORY]

builds an instrumented program beside the usual ones (/tmp/skip-search-guided) and runs one target
after another. A fault's bytes are left in DIRECTORY/faults; `fuzz files TARGET FILE` runs them again.
"""
import argparse
import glob
import os
import re
import shutil
import subprocess
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))


def build(scratch):
    """The fuzzer's program with libFuzzer in it. The option of the compiler's front end only:
    linked is the library without a `main`."""
    swift = os.path.realpath(shutil.which("swift"))
    libraries = glob.glob(os.path.join(
        os.path.dirname(swift), "../lib/clang/*/lib/linux",
        f"libclang_rt.fuzzer_no_main-{os.uname().machine}.a"))
    if not libraries:
        raise SystemExit("this Swift toolchain has no libFuzzer (libclang_rt.fuzzer_no_main)")
    subprocess.run(
        [swift, "build", "-c", "release", "--product", "fuzz", "--scratch-path", scratch,
         "-Xswiftc", "-Xfrontend", "-Xswiftc", "-sanitize=fuzzer", "-Xswiftc", "-DGUIDED",
         "-Xlinker", libraries[0], "-Xlinker", "-lstdc++"],
        cwd=ROOT, check=True)
    return os.path.join(scratch, "release/fuzz")


def run(binary, target, directory, minutes):
    """Runs, covered edges and kept files at the end, and the faults."""
    corpus, faults = os.path.join(directory, target), os.path.join(directory, "faults")
    os.makedirs(faults, exist_ok=True)
    # A wall's clock: machines are busy.
    options = ["-timeout=60", "-reload=0", "-rss_limit_mb=4096", "-malloc_limit_mb=4096", "-verbosity=1",
               "-print_final_stats=1", f"-artifact_prefix={faults}/{target}-"]
    runs, covered, kept, found = 0, 0, 0, []
    end = time.monotonic() + 60 * minutes
    while (seconds := end - time.monotonic()) > 1 and len(found) < 20:
        log = os.path.join(directory, f"{target}.log")
        with open(log, "w") as file:
            process = subprocess.run(
                [binary, "guide", target, corpus, f"-max_total_time={int(seconds) + 1}"] + options,
                stdout=subprocess.DEVNULL, stderr=file, preexec_fn=lambda: os.nice(10),
                env=os.environ | {"OPENBLAS_NUM_THREADS": "1", "SWIFT_BACKTRACE": "enable=no"})
        with open(log, errors="replace") as file:
            text = file.read()
        states = re.findall(r"^#(\d+)\s.*cov: (\d+) ft: \d+ corp: (\d+)", text, re.M)
        if states:
            runs += int(states[-1][0])
            covered, kept = int(states[-1][1]), int(states[-1][2])
        if process.returncode == 0:
            break
        files = re.findall(r"Test unit written to (\S+)", text)
        found += files
        print("fault:", target, *files, flush=True)
        if not states or not files:
            raise SystemExit(f"{target} did not start, or ended without a case: see {log}")
    return runs, covered, kept, found


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--minutes", type=float, default=2, help="for each target")
    arguments.add_argument("--targets", default="")
    arguments.add_argument("--corpus", default="/tmp/skip-search-corpus")
    arguments.add_argument("--scratch", default="/tmp/skip-search-guided")
    arguments.add_argument("--binary", help="one that is built")
    options = arguments.parse_args()
    binary = options.binary or build(options.scratch)
    names = subprocess.run([binary, "list"], capture_output=True, text=True, check=True).stdout.split()
    os.makedirs(options.corpus, exist_ok=True)
    for target in options.targets.split(",") if options.targets else names:
        runs, covered, kept, found = run(binary, target, options.corpus, options.minutes)
        print(f"{target}: {runs} cases, {covered} edges covered, {kept} files kept, "
              f"{len(found)} faults", flush=True)


if __name__ == "__main__":
    main()
