#!/bin/sh
# What other people's programs make of `quire serve`: OpenAI's client, OpenAI's description, generated and malformed requests,
# a browser; and of `quire run-batch` a signal that nobody can catch.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
if ! command -v chromedriver >/dev/null 2>&1; then
    sh "$root/scripts/install.sh" "Chromium with its driver" chromium chromium-driver
fi
venv="$root/.build/clients"
if [ ! -x "$venv/bin/schemathesis" ]; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check openai jsonschema prometheus_client pyyaml \
        schemathesis selenium
fi
for script in openai_client openai_schema metrics generated_requests malformed_requests transports shutdown batch_killed browser; do
    echo "== $script"
    "$venv/bin/python" "$here/$script.py"
done
