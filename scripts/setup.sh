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

exec sh "$(dirname "$0")/install.sh" "OpenBLAS with its headers (Fedora: openblas-devel, Homebrew: openblas)" libopenblas-dev
