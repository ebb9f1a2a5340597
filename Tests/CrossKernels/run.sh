#!/bin/sh
# Compiles the kernels for arm64, runs them in an emulator, with and without the dot product of bytes, and compares what
# must be the same with this machine's.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
kernels="$here/../../Sources/CKernels"
if ! command -v qemu-aarch64 >/dev/null 2>&1 || ! command -v aarch64-linux-gnu-ld >/dev/null 2>&1; then
    sh "$here/../../scripts/install.sh" "a compiler and an emulator for arm64" \
        gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user
fi
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT

compile() {
    output=$1
    shift
    clang -O2 -Wall -Wextra -I "$kernels/include" "$@" -o "$output" "$here/check.c" "$kernels"/*.c -lm
}

emulate() {
    cpu=$1
    shift
    qemu-aarch64 -cpu "$cpu" -L /usr/aarch64-linux-gnu "$build/arm" "$@"
}

compile "$build/here"
compile "$build/arm" --target=aarch64-linux-gnu --gcc-toolchain=/usr --ld-path=/usr/bin/aarch64-linux-gnu-ld
if [ "$(uname -m)" = x86_64 ]; then
    "$build/here" avx2 avx2 >"$build/expected"
else
    "$build/here" neon neon >"$build/expected"
fi
emulate max neon neondot >"$build/dot"
emulate cortex-a53 neon neon >"$build/plain"
# The portable table rounds products before it adds them, so only its checks count.
emulate cortex-a53 portable portable >/dev/null
diff "$build/expected" "$build/dot"
diff "$build/expected" "$build/plain"
echo "arm64: $(wc -l <"$build/expected") digests agree with this machine's"
