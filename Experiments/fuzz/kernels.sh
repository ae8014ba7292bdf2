#!/bin/sh
# The C targets under sanitizers: sh Experiments/fuzz/kernels.sh [SECONDS] [address,undefined | thread]
set -e
cd "$(dirname "$0")/../.."
kinds=${2:-address,undefined}
build=${TMPDIR:-/tmp}/skip-search-kernels-$(echo "$kinds" | tr , -)
clang=${CLANG:-$(dirname "$(readlink -f "$(command -v swift)")")/clang}
"$clang" -std=gnu17 -O1 -g -fno-omit-frame-pointer -fsanitize="$kinds" -fno-sanitize-recover=all \
  -I Sources/CKernels/include -I Sources/CMappings/include -I Sources/CKernels \
  Experiments/fuzz/kernels.c $(find Sources/CKernels Sources/CMappings -name '*.c') -lm -lpthread \
  -o "$build"
"$build" "${SEED:-1}" "${1:-60}"
