#!/bin/sh
# The portable kernels on this machine and on an emulated AArch64, bit for bit:
#     sh Experiments/fuzz/portable.sh [TURNS]
# needs gcc-aarch64-linux-gnu and qemu-user (Debian's names).
set -eu
cd "$(dirname "$0")/../.."
build=${TMPDIR:-/tmp}/skip-search-kernels-portable
clang=${CLANG:-$(dirname "$(readlink -f "$(command -v swift)")")/clang}
sources="Experiments/fuzz/kernels.c $(find Sources/CKernels Sources/CMappings -name '*.c')"
for machine in $(uname -m) aarch64; do
  target="--target=$machine-linux-gnu" run=
  if [ "$machine" != "$(uname -m)" ]; then
    target="$target -isystem /usr/$machine-linux-gnu/include" run="qemu-$machine -L /usr/$machine-linux-gnu"
  fi
  mkdir -p "$build/$machine"
  for file in $sources; do
    "$clang" $target -std=gnu17 -O3 -I Sources/CKernels/include -I Sources/CMappings/include \
      -c "$file" -o "$build/$machine/$(echo "$file" | tr / _).o"
  done
  "$machine-linux-gnu-gcc" "$build/$machine"/*.o -lm -lpthread -o "$build/$machine/kernels"
  echo "$machine: $($run "$build/$machine/kernels" "${SEED:-1}" 0 "${1:-200}" | tr '\n' ' ')"
done
