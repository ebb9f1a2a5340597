#!/bin/sh
# Installs the system packages that Quire builds with: OpenBLAS's headers and library.
# As root or with sudo where apt-get is there; elsewhere it says what is needed.
set -eu

if ! command -v swift >/dev/null 2>&1; then
    echo "setup: Swift 6.2 or later is needed: https://www.swift.org/install" >&2
    exit 1
fi

# What matters is whether the compiler finds the header and the linker the library.
if printf '#include <cblas.h>\nint main(void) { openblas_get_num_threads(); return 0; }\n' |
    "$(command -v clang || command -v cc)" -x c - -lopenblas -o /dev/null 2>/dev/null; then
    exit 0
fi

if ! command -v apt-get >/dev/null 2>&1; then
    echo "setup: OpenBLAS with its headers is needed (Debian: libopenblas-dev, Fedora: openblas-devel, Homebrew: openblas)" >&2
    exit 1
fi

as_root=""
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
        echo "setup: libopenblas-dev is needed; run as root: apt-get install libopenblas-dev" >&2
        exit 1
    fi
    as_root="sudo"
fi
echo "setup: installing libopenblas-dev"
$as_root apt-get update -qq
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq libopenblas-dev >/dev/null
