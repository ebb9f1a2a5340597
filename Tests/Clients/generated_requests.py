"""Lets schemathesis make requests from the server's own description, valid and not; none may be a server error."""

import os
import re
import subprocess
import sys

from serving import Serving, check

CASES = int(os.environ.get("QUIRE_GENERATED_CASES", "2000"))
# Operations with a body: for the others there are few cases to make.
OPERATIONS = 4


def main():
    tool = os.path.join(os.path.dirname(sys.executable), "schemathesis")
    # A completion without max_tokens may be as long as the context: a short one keeps this quick.
    with Serving("--max-model-len", "64") as server:
        run = subprocess.run(
            [
                tool, "run", server.url + "/openapi.json", "--checks", "not_a_server_error", "--mode", "all",
                "--phases", "fuzzing", "--max-examples", str(CASES // OPERATIONS), "--seed", "1", "--no-color",
                "--workers", "2", "--generation-database", "none",
            ],
            capture_output=True, text=True,
        )
        output = run.stdout + run.stderr
        generated = re.search(r"([\d,]+) generated", output)
        count = int(generated.group(1).replace(",", "")) if generated else 0
        check(f"{count} generated requests find no server error", run.returncode == 0, output[-4000:])
        check(f"as many as asked for ({CASES})", count >= CASES)
        check("the server still answers", server.get("/health") == "")


main()
