#!/bin/sh
# Compares Quire with the engines that are installed; options go to compare.py.
#   Benchmarks/peers/run.sh [--quick] [--llama-python P] [--transformers-python P] [--vllm-python P] [--rounds N] …
set -eu
here=$(cd "$(dirname "$0")" && pwd)
exec "${PYTHON:-python3}" "$here/compare.py" "$@"
