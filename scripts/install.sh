#!/bin/sh
# Installs Debian packages, as root or with sudo; elsewhere it says what is needed.
#   install.sh WHAT PACKAGE...
set -eu
what=$1
shift

if ! command -v apt-get >/dev/null 2>&1; then
    echo "setup: $what is needed (Debian: $*)" >&2
    exit 1
fi

as_root=""
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
        echo "setup: $what is needed; run as root: apt-get install $*" >&2
        exit 1
    fi
    as_root="sudo"
fi
echo "setup: installing $*"
$as_root apt-get update -qq
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@" >/dev/null
