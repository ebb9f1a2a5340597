#!/bin/sh
# Builds the kernels as the package does (clang -O2, no -march) and measures them; options go to the program.
#   Benchmarks/kernels/run.sh [--isa portable|avx2|avx512] [--int8 NAME] [--threads N] [--cpu-time]
#       [--only matmul|int8|attention]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
kernels="$here/../../Sources/CKernels"
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
${CC:-clang} -O2 -Wall -Wextra -I "$kernels/include" -o "$build/kernels" \
    "$here"/*.c "$kernels"/*.c -pthread
"$build/kernels" "$@"
