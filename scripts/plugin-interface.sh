#!/bin/sh
# plugin-interface.sh OUTPUT COMPILER SOURCE…: writes the Swift file with the text that a plugin's and its host's copy of
# the core must have in common.
set -eu

output=$1
compiler=$2
shift 2

if command -v sha256sum >/dev/null 2>&1; then sum=sha256sum; else sum="shasum -a 256"; fi
digest=$(cat "$@" | $sum | cut -c 1-16)
version=$("$compiler" --version 2>/dev/null | sed -n -E 's/.*(Swift version [0-9][^ ]*).*/\1/p' | head -n 1)

cat >"$output" <<EOF
/// The compiler and the sources of the core, as text; compiled into plugins, so that theirs can be compared with ours.
@_alwaysEmitIntoClient
public var pluginInterface: StaticString { "quire plugin interface: ${version:-an unknown Swift}, core $digest" }
EOF
