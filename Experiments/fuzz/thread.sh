#!/bin/sh
# The program under the thread sanitizer: decoding with several threads and drafts, a search, a
# study that two processes share, a search that is interrupted and goes on. Races are printed.
#     sh Experiments/fuzz/thread.sh [MODEL]
set -u
cd "$(dirname "$0")/../.."
model=${1:-Experiments/models/reference}
build=${TMPDIR:-/tmp}/skip-search-thread
swift build -c release --sanitize=thread --product skip-search --scratch-path "$build" || exit 1
program=$build/release/skip-search
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
printf '{"prompt": "Once upon a time"}\n{"prompt": "The little dog went"}\n{"prompt": "She said"}\n' \
  > "$work/prompts.jsonl"
echo '{"attn": [1], "mlp": [2]}' > "$work/set.json"
export OPENBLAS_NUM_THREADS=1 SWIFT_BACKTRACE=enable=no TSAN_OPTIONS="log_path=$work/race"

# Runs a command, which is interrupted after `seconds`, and says how it ended.
run() {
  seconds=$1 name=$2
  shift 2
  timeout -s INT "$seconds" nice "$program" "$@" > "$work/$name.out" 2>&1
  echo "$name: exit $?"
}
small="--prompts $work/prompts.jsonl --max-tokens 12"
text="Once upon a time"
run 300 generate generate -m "$model" -p "$text" -n 32 --threads 3 --draft-weights 4 --lookup 2 --compare
run 300 skips generate -m "$model" -p "$text" -n 32 --threads 3 --skip-set "$work/set.json" --compare
run 300 sample generate -m "$model" -p "$text" -n 24 --threads 3 --draft-weights 8 --sample --seed 3
run 300 evaluate evaluate -m "$model" $small --threads 3 --skip-set "$work/set.json"
run 300 search search -m "$model" $small --threads 2 --trials 4 --force --events -o "$work/search"
run 300 decode search -m "$model" $small --threads 2 --trials 4 --force --evaluator decode -o "$work/decode"
run 300 worker-1 search -m "$model" $small --threads 2 --trials 4 --force --study "$work/study" &
run 300 worker-2 search -m "$model" $small --threads 2 --trials 4 --force --events --study "$work/study" &
wait
run 300 bench bench -m "$model" --threads 3
run 25 interrupted search -m "$model" $small --threads 3 --trials 100 --force -o "$work/interrupted"
for journal in "$work"/interrupted/*.jsonl; do
  run 300 resumed search -m "$model" $small --threads 3 --trials 6 --resume "$journal"
done
cat "$work"/race.* 2> /dev/null && exit 1
echo "no race"
