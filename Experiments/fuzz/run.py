"""Runs the fuzzer's cases: every reader of files, one target after another, for a given time or to
a given number of cases.

    python3 Experiments/fuzz/run.py --minutes 30 [--targets json,config] [--first 0]
    python3 Experiments/fuzz/run.py --total 10000000

A case is a target and a number, so that a fault is found again with `fuzz once TARGET NUMBER`, and
`fuzz show TARGET NUMBER` writes its bytes. The driver is Tests/Fuzz; where it ends (a trap, a read
outside of a mapping, more than 20 s of computing or 4 GB), this notes the case and goes on with the next one.
"""
import argparse
import json
import os
import resource
import struct
import subprocess
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))


def run(binary, target, first, count, seconds, status):
    """Cases done, accepted, and the faults among them."""
    faults, accepted, number = [], 0, first
    end = time.monotonic() + seconds
    while number < first + count and time.monotonic() < end:
        process = subprocess.Popen(
            [binary, "run", target, str(number), str(first + count - number), status],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, preexec_fn=lambda: os.nice(10),
            # Its threads would only wait.
            env=os.environ | {"OPENBLAS_NUM_THREADS": "1"})
        try:
            _, errors = process.communicate(timeout=max(0.1, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.terminate()
            process.communicate()
            errors = None
        with open(status, "rb") as file:
            reached, good = struct.unpack("<QQ", file.read(16).ljust(16, b"\0"))
        accepted += good
        number = reached
        if errors is not None and process.returncode != 0:
            lines = errors.decode(errors="replace").strip().splitlines()
            faults.append({
                "target": target, "case": reached, "signal": -process.returncode,
                "says": lines[0][:300] if lines else ""})
            print("fault:", json.dumps(faults[-1]), flush=True)
            number += 1
            if len(faults) >= 50:
                break
        elif errors is not None:
            break
    return number - first, accepted, faults


def cpu_seconds():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def shares(binary, targets, first, total, status):
    """Cases of each target: more of fast ones, whose share of time grows with the root of speed."""
    weights = []
    for target in targets:
        start = cpu_seconds()
        cases, _, _ = run(binary, target, first, 400, 60, status)
        weights.append((cases / max(0.01, cpu_seconds() - start - 0.12)) ** 1.5)
    return [round(total * weight / sum(weights)) for weight in weights]


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--minutes", type=float, default=10)
    arguments.add_argument("--targets", default="")
    arguments.add_argument("--first", type=int, default=0)
    arguments.add_argument("--count", type=int, default=1 << 40)
    arguments.add_argument("--total", type=int, default=0)
    arguments.add_argument("--binary", default=os.path.join(ROOT, ".build/debug/fuzz"))
    options = arguments.parse_args()
    names = subprocess.run(
        [options.binary, "list"], capture_output=True, text=True, check=True).stdout.split()
    targets = options.targets.split(",") if options.targets else names
    status = f"/tmp/skip-search-fuzz-{os.getpid()}"
    if options.total > 0:
        counts = shares(options.binary, targets, options.first, options.total, status)
        rounds, seconds = 20, 1e6
    else:
        counts, rounds = [options.count] * len(targets), 1
        seconds = 60 * options.minutes / len(targets)
    done = {target: [0, 0, 0, 0.0] for target in targets}
    # In turns, so that every target has had some early.
    for turn in range(rounds):
        for target, count in zip(targets, counts):
            first = options.first + turn * (count // rounds)
            cpu = cpu_seconds()
            cases, accepted, faults = run(
                options.binary, target, first, count // rounds, seconds, status)
            row = [cases, accepted, len(faults), cpu_seconds() - cpu]
            done[target] = [sum(pair) for pair in zip(done[target], row)]
        print(f"turn {turn + 1}: {sum(row[0] for row in done.values())} cases", flush=True)
    for target, (cases, accepted, faults, cpu) in done.items():
        print(f"{target}: {cases} cases ({cases / max(cpu, 0.01):.0f} per second of CPU), "
              f"{accepted} accepted, {faults} faults")
    print(f"{sum(row[0] for row in done.values())} cases")
    os.unlink(status)


if __name__ == "__main__":
    main()
