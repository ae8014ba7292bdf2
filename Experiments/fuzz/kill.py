"""Kills studies at random moments and lets them go on: no finished trial may be lost or repeated.

    python3 Experiments/fuzz/kill.py --kills 200

The study is one without a model (`fuzz study`), whose clock stands still: the lines of a journal
that was killed again and again must be those of one that was not.
"""
import argparse
import glob
import os
import random
import re
import shutil
import signal
import subprocess
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))


def trials(directory):
    """The journal's lines after the first, which has the time of day."""
    (path,) = glob.glob(directory + "/*.jsonl")
    with open(path) as file:
        return [re.sub(r',"checksum":"[0-9a-f]*"', "", line) for line in file][1:]


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--kills", type=int, default=200)
    arguments.add_argument("--trials", type=int, default=24)
    arguments.add_argument("--binary", default=os.path.join(ROOT, ".build/debug/fuzz"))
    options = arguments.parse_args()
    draw = random.Random(1)
    kills = studies = equal = 0
    while kills < options.kills:
        whole, cut = tempfile.mkdtemp(), tempfile.mkdtemp()
        seed = str(studies)
        start = time.monotonic()
        command = [options.binary, "study", whole, seed, str(options.trials)]
        subprocess.run(command, check=True)
        seconds = time.monotonic() - start
        command[2] = cut
        while True:
            process = subprocess.Popen(command)
            try:
                code = process.wait(timeout=draw.uniform(0, seconds * 0.6))
                if code != 0:
                    raise SystemExit(f"study {seed} ended with {code} in {cut}")
                break
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()
                kills += 1
        studies += 1
        if trials(whole) == trials(cut):
            equal += 1
            shutil.rmtree(whole), shutil.rmtree(cut)
        else:
            print("differs:", whole, cut)
    print(f"{kills} kills, {equal} of {studies} studies equal to the uninterrupted one")


if __name__ == "__main__":
    main()
