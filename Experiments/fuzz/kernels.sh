#!/bin/sh
# The C targets under sanitizers, on random shapes:
#     sh Experiments/fuzz/kernels.sh [SECONDS] [address,undefined | thread]
set -eu
cd "$(dirname "$0")/../.."
kinds=${2:-address,undefined}
build=${TMPDIR:-/tmp}/skip-search-kernels-$(echo "$kinds" | tr , -)
clang=${CLANG:-$(dirname "$(readlink -f "$(command -v swift)")")/clang}
mkdir -p "$build"
for file in Experiments/fuzz/kernels.c $(find Sources/CKernels Sources/CMappings -name '*.c'); do
  object=$build/$(echo "$file" | tr / _).o
  # Calls and traps in place of code at every access: unrolled kernels compile for ever otherwise.
  "$clang" -std=gnu17 -O1 -gline-tables-only -fno-omit-frame-pointer -fsanitize="$kinds" \
    -mllvm -asan-instrumentation-with-call-threshold=0 -fsanitize-trap=undefined -I Sources/CKernels/include -I Sources/CMappings/include \
    -c "$file" -o "$object"
done
# The thread sanitizer's library asks for Swift's dispatch.
swift=$(dirname "$clang")/../lib/swift/linux
"$clang" -fsanitize="$kinds" "$build"/*.o -lm -lpthread \
  -L"$swift" -ldispatch -lBlocksRuntime -Wl,-rpath,"$swift" -o "$build/kernels"
"$build/kernels" "${SEED:-1}" "${1:-60}"
