"""Opens the server's page in a headless Chromium, chats, stops, and watches the pages of the cache."""

import os
import subprocess
import sys

from serving import ROOT, Serving, check


def main():
    script = os.path.join(ROOT, "Tests", "Clients", "page", "check_page.py")
    for options in [], ["--api-key", "secret"]:
        key = ["--key", "secret"] if options else []
        with Serving("--kv-cache-memory", "64MiB", *options) as server:
            run = subprocess.run([sys.executable, script, server.url, *key])
            check(f"the page works{' with a key' if key else ''}", run.returncode == 0)


main()
