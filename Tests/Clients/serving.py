"""A `quire serve` on a free port for as long as a `with` block runs."""

import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class Serving:
    def __init__(self, *options, environment=None):
        self.options = options
        self.environment = environment or {}

    def __enter__(self):
        binary = os.environ.get("QUIRE", os.path.join(ROOT, ".build", "release", "quire"))
        self.log = tempfile.NamedTemporaryFile(mode="r+", suffix=".log")
        self.process = subprocess.Popen(
            [binary, "serve", "--port", "0", *self.options],
            stderr=self.log, env={**os.environ, **self.environment},
        )
        for _ in range(600):
            found = re.search(r"serving .* at (\S+)", open(self.log.name).read())
            if found:
                self.url = found.group(1)
                return self
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        sys.exit("the server did not start: " + open(self.log.name).read())

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.terminate()
        status = self.process.wait(timeout=60)
        if status != 0:
            sys.exit(f"the server ended with {status}: " + open(self.log.name).read()[-2000:])

    def get(self, path):
        with urllib.request.urlopen(self.url + path) as answer:
            return answer.read().decode()

    def metric(self, name):
        """The sum of a metric's samples."""
        lines = self.get("/metrics").splitlines()
        return sum(float(line.split()[-1]) for line in lines if line.startswith(name + "{"))

    @property
    def resident_bytes(self):
        with open(f"/proc/{self.process.pid}/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    @property
    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))


def check(sentence, holds, detail=""):
    """Prints a line for what was checked, and ends the program where it does not hold."""
    print(("ok    " if holds else "FAILS ") + sentence, flush=True)
    if not holds:
        sys.exit(f"{sentence}: {detail}")
