"""Runs submit.sh on a cluster of one node, and kills a worker on the way.

    apt-get install --no-install-recommends slurmctld slurmd slurm-client munge
    python3 Experiments/slurm/try.py --program .build/release/skip-search

Starts munged, slurmctld and slurmd (as root, with a configuration of its own), submits a study of
two workers with one thread each, kills one (kill -9) and requeues the other while trials run, and
checks that all jobs end, and that every trial was run once, with what is in the study's directory.
"""
import argparse
import collections
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))

CONFIGURATION = """ClusterName=one
SlurmctldHost={host}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SchedulerType=sched/builtin
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
JobRequeue=1
MpiDefault=none
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
StateSaveLocation={directory}/state
SlurmdSpoolDir={directory}/spool
SlurmctldPidFile={directory}/slurmctld.pid
SlurmdPidFile={directory}/slurmd.pid
SlurmctldLogFile={directory}/slurmctld.log
SlurmdLogFile={directory}/slurmd.log
SlurmdParameters=config_overrides
NodeName={host} CPUs=2 State=UNKNOWN
PartitionName=all Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


def run(*command, check=True):
    done = subprocess.run(command, capture_output=True, text=True)
    if check and done.returncode != 0:
        raise SystemExit(f"{' '.join(command)}: {done.stdout}{done.stderr}")
    return done.stdout


def until(what, condition, seconds):
    start = time.monotonic()
    while time.monotonic() - start < seconds:
        if condition():
            return
        time.sleep(0.5)
    raise SystemExit(f"after {seconds} s still not: {what}")


def entries(study):
    path = study + "/journal.jsonl"
    if not os.path.exists(path):
        return []
    with open(path) as file:
        return [json.loads(line) for line in file.read().split("\n")[1:-1]]


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--program", default=ROOT + "/.build/release/skip-search")
    arguments.add_argument("--model", default=ROOT + "/Experiments/models/reference")
    arguments.add_argument("--trials", type=int, default=16)
    options = arguments.parse_args()
    directory = tempfile.mkdtemp(prefix="slurm-")
    host = socket.gethostname().split(".")[0]
    for name in ("state", "spool"):
        os.mkdir(f"{directory}/{name}")
    with open(directory + "/slurm.conf", "w") as file:
        file.write(CONFIGURATION.format(host=host, directory=directory))
    os.environ["SLURM_CONF"] = directory + "/slurm.conf"
    os.environ["SKIP_SEARCH"] = os.path.abspath(options.program)
    os.makedirs("/run/munge", exist_ok=True)
    shutil.chown("/run/munge", "munge", "munge")
    daemons = [
        subprocess.Popen(["runuser", "-u", "munge", "--", "munged", "--foreground", "--force"],
                         stderr=subprocess.DEVNULL)]
    try:
        time.sleep(1)
        daemons.append(subprocess.Popen(["slurmctld", "-D"], stderr=subprocess.DEVNULL))
        daemons.append(subprocess.Popen(["slurmd", "-D"], stderr=subprocess.DEVNULL))
        until("the node is idle", lambda: "idle" in run("sinfo", "-h", "-o", "%T", check=False), 60)
        study = directory + "/study"
        print(run("sh", HERE + "/submit.sh", study, "2", "--model", options.model, "--trials",
                  str(options.trials), "--stop", "never"), end="")
        trials = lambda: sum("index" in entry for entry in entries(study))
        until("3 trials are finished", lambda: trials() >= 3, 600)
        status = json.loads(run(os.environ["SKIP_SEARCH"], "status", "--json", study))
        print("status:", status["state"], [worker["doing"] for worker in status["workers"]])
        names = [worker["worker"] for worker in status["workers"] if worker["alive"]]
        victim = int(names[0].split("-")[-2])
        os.kill(victim, signal.SIGKILL)
        print(f"killed {names[0]} after {trials()} trials")
        until("2 more trials are finished", lambda: trials() >= 5, 600)
        job = run("squeue", "-h", "-r", "-t", "R", "-n", "skip-search", "-o", "%i").split()
        if job:
            run("scontrol", "requeue", job[0])
            print(f"requeued {job[0]} after {trials()} trials")
        until("the queue is empty", lambda: not run("squeue", "-h").strip(), 1800)
        check(study, options.trials)
    finally:
        for daemon in reversed(daemons):
            daemon.terminate()
            try:
                daemon.wait(timeout=10)
            except subprocess.TimeoutExpired:
                daemon.kill()
    shutil.rmtree(directory)


def check(study, wanted):
    owners, models, workers = {}, collections.Counter(), set()
    taken = 0
    for entry in entries(study):
        if "task" in entry:
            taken += entry["claim"] in owners
            owners[entry["claim"]] = entry["worker"]
            workers.add(entry["worker"])
        elif "index" in entry:
            models[json.dumps([entry["skip_layer_ids"], entry["draft"], entry["origin"]])] += 1
    with open(study + "/result.json") as file:
        result = json.load(file)
    best = result["best"] or {}
    print(f"{len(workers)} workers in turn, {taken} claims taken over, {sum(models.values())} trials, "
          f"{max(models.values())} time each at most; held-out speedup {best.get('speedup')}; files: "
          + " ".join(sorted(os.listdir(study))))
    if sum(models.values()) != wanted or max(models.values()) > 1 or taken < 1:
        raise SystemExit("not as it should be")
    if not os.path.exists(study + "/report.html"):
        raise SystemExit("no report: " + open(study + "/validation.log").read()[-500:])


if __name__ == "__main__":
    sys.exit(main())
