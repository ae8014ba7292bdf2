"""Kills searches at random moments and lets them go on: no finished trial may be lost or repeated.

    python3 Experiments/fuzz/kill.py --kills 200                     # studies without a model
    python3 Experiments/fuzz/kill.py --kills 200 --program .build/release/skip-search

The study without a model (`fuzz study`) has a clock that stands still: the lines of a journal that
was killed again and again must be those of one that was not. The program's searches, on the
reference model, measure this machine: each pair goes on from the same first two lines of a journal
(settings and costs of the passes), of which all else follows. Compared is every line, without
the seconds that a trial and its proposal took and the checksum over them.
"""
import argparse
import glob
import json
import os
import random
import shutil
import signal
import subprocess
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
MEASURED = ["seconds", "optimiser_seconds", "checksum"]
QUIET = dict(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def trials(directory):
    """What the journal's lines say after the first, which has the time of day."""
    (path,) = glob.glob(directory + "/*.jsonl")
    with open(path) as file:
        lines = [json.loads(line) for line in file]
    return [{key: line[key] for key in line if key not in MEASURED} for line in lines[1:]]


def journal_lines(directory):
    paths = glob.glob(directory + "/*.jsonl")
    with open(paths[0], "rb") as file:
        return file.read().count(b"\n")


class Synthetic:
    """`fuzz study`: begins a study, or goes on with the one that is there."""

    def __init__(self, options):
        self.options = options

    def command(self, directory, number):
        return [self.options.binary, "study", directory, str(number), str(self.options.trials)]

    def prepare(self, directory, number):
        pass

    def moment(self, draw, whole_seconds, directory):
        return draw.uniform(0, whole_seconds * 0.6)


class Program:
    """`skip-search search`, which goes on from costs that were measured once."""

    def __init__(self, options):
        self.options = options
        self.prompts = tempfile.mktemp(suffix=".jsonl")
        texts = ["One, two, three, one, two,", "The capital of France is", "a b c a b c a b"]
        with open(self.prompts, "w") as file:
            file.writelines(json.dumps({"prompt": text + " " + more}) + "\n"
                            for text in texts for more in ["x", "the", "one"])
        self.window = self.lines_before = 0

    def search(self, directory, *more):
        return [self.options.program, "search", "-m", self.options.model, "-q", "-o", directory,
                "-t", "1", *more]

    def prepare(self, directory, number):
        """The first two lines of a journal, the same in the study's two directories."""
        if getattr(self, "number", None) != number:
            first = tempfile.mkdtemp()
            subprocess.run(
                self.search(first, "--prompts", self.prompts, "-n", "8", "--trial-starts", "48",
                            "--force", "--stop",
                            "never", "--trials", "1", "--seed", str(number)),
                check=True, **QUIET)
            (path,) = glob.glob(first + "/*.jsonl")
            with open(path) as file:
                self.lines = [next(file), next(file)]
            self.number = number
            shutil.rmtree(first)
        self.window = 0
        with open(directory + "/journal.jsonl", "w") as file:
            file.writelines(self.lines)

    def command(self, directory, number):
        return self.search(directory, "--trials", str(self.options.trials), "--resume",
                           directory + "/journal.jsonl")

    def moment(self, draw, whole_seconds, directory):
        # Longer after every attempt that got no further: what comes before the next trial, or after
        # the last one, must get its time.
        lines = journal_lines(directory)
        self.window = self.window * 1.25 if lines == self.lines_before else 0
        self.lines_before, self.window = lines, self.window or whole_seconds / 6
        return draw.uniform(0, self.window)


def main():
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--kills", type=int, default=200)
    arguments.add_argument("--trials", type=int, default=24)
    arguments.add_argument("--binary", default=os.path.join(ROOT, ".build/debug/fuzz"))
    arguments.add_argument("--program", help="search with this program instead")
    arguments.add_argument("--model", default=os.path.join(ROOT, "Experiments/models/reference"))
    options = arguments.parse_args()
    kind = Program(options) if options.program else Synthetic(options)
    draw = random.Random(1)
    kills = studies = equal = lines = 0
    while kills < options.kills:
        whole, cut = tempfile.mkdtemp(), tempfile.mkdtemp()
        kind.prepare(whole, studies)
        start = time.monotonic()
        subprocess.run(kind.command(whole, studies), check=True, **QUIET)
        seconds = time.monotonic() - start
        kind.prepare(cut, studies)
        while True:
            process = subprocess.Popen(kind.command(cut, studies), **QUIET)
            try:
                code = process.wait(timeout=kind.moment(draw, seconds, cut))
                if code != 0:
                    raise SystemExit(f"study {studies} ended with {code} in {cut}")
                break
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()
                kills += 1
        lines += len(trials(whole))
        studies += 1
        if trials(whole) == trials(cut):
            equal += 1
            shutil.rmtree(whole), shutil.rmtree(cut)
        else:
            print("differs:", whole, cut)
        print(f"{kills} kills, {equal} of {studies} studies equal to the uninterrupted one "
              f"({lines} lines compared)", flush=True)


if __name__ == "__main__":
    main()
