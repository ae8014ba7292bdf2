#!/bin/sh
# Runs one study on a Slurm cluster: an array of workers, and after them a job that measures the
# best drafts and writes the report.
#
#   sh Experiments/slurm/submit.sh STUDY WORKERS --model MODEL [options of search]
#
# STUDY is a directory that all nodes share (NFS does). SKIP_SEARCH is the program (default: the one
# built here). SBATCH_OPTIONS go to both jobs: partition, account, time, cpus per task. An option of
# search may not contain spaces. Prints the numbers of both jobs.
set -eu
if [ $# -lt 3 ]; then
  sed -n '2,10s/^# \{0,1\}//p' "$0" >&2
  exit 64
fi
here=$(cd "$(dirname "$0")" && pwd)
STUDY=$1
workers=$2
shift 2
SEARCH=$*
: "${SKIP_SEARCH:=$here/../../.build/release/skip-search}"
if [ ! -x "$SKIP_SEARCH" ]; then
  echo "submit.sh: $SKIP_SEARCH is no program; build it (swift build -c release), or set SKIP_SEARCH" >&2
  exit 66
fi
mkdir -p "$STUDY"
STUDY=$(cd "$STUDY" && pwd)
export STUDY SEARCH SKIP_SEARCH
array=$(sbatch --parsable --array="1-$workers" --output="$STUDY/worker-%a.log" \
  ${SBATCH_OPTIONS:-} "$here/worker.sbatch")
# afterany: also where a worker was cancelled; what is left is done then.
after=$(sbatch --parsable --dependency="afterany:$array" --output="$STUDY/validation.log" \
  ${SBATCH_OPTIONS:-} "$here/validate.sbatch")
echo "workers $array, validation $after; see: $SKIP_SEARCH status $STUDY"
