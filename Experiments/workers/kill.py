"""Kills workers of shared studies at random moments: no trial may be lost, and none done twice.

    swift build --product fuzz
    python3 Experiments/workers/kill.py --kills 200 --workers 4

Each study (`fuzz worker`, without a model, 20 ms a trial) has several workers. One at random is
killed (kill -9) at a random moment, and a new one joins, until the result is written. Then the
journal is read by rules of this script's own, not by the program's code.
"""
import argparse
import collections
import json
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


def fnv(text):
    value = 0xCBF29CE484222325
    for byte in text.encode():
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return f"{value:016x}"


def check(directory, trials):
    """What is wrong with a finished study; and how often a claim was taken over."""
    owner, done, taken, models, finished, costs = {}, set(), 0, collections.Counter(), None, 0
    with open(directory + "/journal.jsonl") as file:
        lines = file.read().split("\n")
    if lines.pop() != "":
        return "the last line is torn", 0
    for number, line in enumerate(lines):
        text, checksum = re.fullmatch(r'(.*),"checksum":"([0-9a-f]{16})"}', line).groups()
        if fnv(text) != checksum:
            return f"line {number + 1} has another checksum", 0
        entry = json.loads(line)
        if number == 0:
            continue
        claim = entry.get("claim")
        if "task" in entry:
            taken += claim in owner
            if claim in done:
                return f"claim {claim} is taken over after it was fulfilled", 0
            owner[claim] = entry["worker"]
        elif "index" in entry:
            if claim not in owner or claim in done:
                return f"trial {entry['index']} fulfils no open claim", 0
            done.add(claim)
            models[json.dumps([entry["skip_layer_ids"], entry["draft"]["weights"], entry["draft"]["head"],
                               entry["origin"] == "lookup alone"])] += 1
        elif "cost_model" in entry:
            costs += 1
        elif "finished" in entry:
            finished = entry["finished"]
    if costs != 1:
        return f"costs were measured {costs} times", 0
    if finished != trials or len(done) != trials:
        return f"{len(done)} trials, {finished} in the result, {trials} wanted", 0
    twice = [model for model, count in models.items() if count > 1]
    if twice:
        return f"tried twice: {twice[0]}", 0
    with open(directory + "/result.json") as file:
        if len(json.load(file)["trials"]) != trials:
            return "the result lacks trials", 0
    return None, taken


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--kills", type=int, default=200)
    arguments.add_argument("--workers", type=int, default=2)
    arguments.add_argument("--trials", type=int, default=24)
    arguments.add_argument("--binary", default=os.path.join(ROOT, ".build/debug/fuzz"))
    options = arguments.parse_args()
    draw = random.Random(1)
    kills = studies = good = taken = 0
    while kills < options.kills:
        directory = tempfile.mkdtemp()
        command = [options.binary, "worker", directory, str(studies), str(options.trials)]
        workers = [subprocess.Popen(command) for _ in range(options.workers)]
        problem, start = None, time.monotonic()
        while problem is None and not os.path.exists(directory + "/result.json"):
            time.sleep(draw.uniform(0, 0.6))
            index = draw.randrange(len(workers))
            if workers[index].poll() is None and not os.path.exists(directory + "/result.json"):
                workers[index].send_signal(signal.SIGKILL)
                kills += 1
            code = workers[index].wait()
            if code not in (0, -signal.SIGKILL):
                problem = f"a worker ended with {code}"
            workers[index] = subprocess.Popen(command)
            if time.monotonic() - start > 300:
                problem = "it takes more than 5 minutes"
        for worker in workers:
            try:
                code = worker.wait(timeout=120)
            except subprocess.TimeoutExpired:
                worker.kill()
                code = "no end"
            if code != 0 and problem is None:
                problem = f"a worker ended with {code}"
        if problem is None:
            problem, count = check(directory, options.trials)
            taken += count
        studies += 1
        if problem is None:
            good += 1
            shutil.rmtree(directory)
        else:
            print(f"{directory}: {problem}")
    print(f"{options.workers} workers, {kills} kills, {taken} claims taken over, "
          f"{good} of {studies} studies complete with every trial once")


if __name__ == "__main__":
    main()
