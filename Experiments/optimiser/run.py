"""Compares search methods on synthetic, real and standard problems, and writes results/optimiser.

    python3 Experiments/optimiser/run.py                    everything; hours. Goes on where it ended
    python3 Experiments/optimiser/run.py --only skipsynth-32 --seeds 4 --methods gp,optuna-tpe
    python3 Experiments/optimiser/run.py --report           tables and plots of what is there

The first run makes a virtual environment beside this file and installs the peers (requirements.txt).
Wants `swift build -c release`. One line a run goes to results/optimiser/journal/PROBLEM.jsonl.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys
import time
import traceback

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
RESULTS = ROOT / "results" / "optimiser"
sys.path.append(str(HERE.parent))  # What the experiments share.


def enter_environment():
    """Runs this script again in the virtual environment, which is made first where it is missing."""
    environment = HERE / ".venv"
    python = environment / "bin" / "python"
    if pathlib.Path(sys.prefix).resolve() == environment.resolve():
        return
    if not (environment / "complete").exists():
        print("installing the peers into", environment.relative_to(ROOT), flush=True)
        subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "-r", str(HERE / "requirements.txt")]
        subprocess.run(pip, check=True)
        (environment / "complete").touch()
    os.execv(str(python), [str(python), *sys.argv])


def journal(name):
    return RESULTS / "journal" / f"{name}.jsonl"


def finished(name):
    """(seed, method, trials) of the runs in a journal; a torn last line is left out."""
    done = set()
    if journal(name).exists():
        for line in journal(name).read_text().splitlines():
            try:
                run = json.loads(line)
            except json.JSONDecodeError:
                continue
            done.add((run["seed"], run["method"], run["trials"]))
    return done


def work(name, seed, method, trials, maxsat):
    """In a worker: one run."""
    from problems import problem
    from run_one import run

    start = time.perf_counter()
    record = run(method, problem(name, seed, maxsat), trials)
    record["seconds"] = round(time.perf_counter() - start, 1)
    return record


def main():
    enter_environment()
    from methods import NAMES
    from plan import PLAN, jobs
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--only", help="problems, separated by commas: " + ", ".join(PLAN))
    parser.add_argument("--methods", help="methods, separated by commas")
    parser.add_argument("--seeds", type=int, help="fewer seeds than planned")
    parser.add_argument("--trials", type=int, help="only runs planned with so many")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--minutes", type=float, help="start no run after so many")
    parser.add_argument("--maxsat", help="a folder with the competition's instances")
    parser.add_argument("--report", action="store_true", help="only tables and plots")
    parser.add_argument("--no-report", action="store_true", help="only runs")
    options = parser.parse_args()
    for given, known in (options.only, list(PLAN)), (options.methods, NAMES):
        for word in given.split(",") if given else []:
            if word not in known:
                parser.error(f"there is no {word!r}; known are {', '.join(known)}")
    only = options.only.split(",") if options.only else list(PLAN)
    methods = options.methods.split(",") if options.methods else None
    if not options.report:
        left = [
            job for job in jobs(only, methods, options.seeds)
            if job[1:] not in finished(job[0])
            and options.trials in (None, job[3])]
        execute(left, options)
    if options.report or not options.no_report:
        from report import write_report
        write_report(RESULTS)


def execute(left, options):
    """Runs the jobs in order on some workers of one thread each, and notes each that ends."""
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[variable] = "1"
    (RESULTS / "journal").mkdir(parents=True, exist_ok=True)
    start, total, done = time.monotonic(), len(left), 0
    queue = iter(left)
    with concurrent.futures.ProcessPoolExecutor(options.workers) as pool:
        running = {}

        def start_next():
            late = options.minutes and time.monotonic() - start > 60 * options.minutes
            job = None if late else next(queue, None)
            if job:
                running[pool.submit(work, *job, options.maxsat)] = job

        for _ in range(options.workers):
            start_next()
        while running:
            ended, _ = concurrent.futures.wait(
                running, return_when=concurrent.futures.FIRST_COMPLETED)
            for future in ended:
                job = running.pop(future)
                done += 1
                try:
                    record = future.result()
                    with journal(job[0]).open("a") as file:
                        file.write(json.dumps(record, separators=(",", ":")) + "\n")
                    note = f"{record['seconds']:.0f} s"
                except Exception:
                    note = "failed\n" + traceback.format_exc()
                minutes = (time.monotonic() - start) / 60
                print(
                    f"{done}/{total} {job[0]} seed {job[1]} {job[2]}: {note} ({minutes:.0f} min)",
                    flush=True)
                start_next()


if __name__ == "__main__":
    main()
