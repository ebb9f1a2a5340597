"""Kills `quire run-batch` at random, again and again, and starts it anew: the output is whole, each id there once."""

import json
import os
import random
import signal
import subprocess
import tempfile
import time

from serving import ROOT, check

# Enough to outlast the kills on a machine several times as fast as most.
REQUESTS = 1500
KILLS = 10


def main():
    draw = random.Random(3)
    binary = os.environ.get("QUIRE", os.path.join(ROOT, ".build", "release", "quire"))
    with tempfile.TemporaryDirectory() as folder:
        source, target = os.path.join(folder, "in.jsonl"), os.path.join(folder, "out.jsonl")
        with open(source, "w") as file:
            for index in range(REQUESTS):
                body = {"prompt": f"Story {index}:", "max_tokens": 150, "ignore_eos": True, "seed": index}
                line = {"custom_id": f"r{index}", "method": "POST", "url": "/v1/completions", "body": body}
                file.write(json.dumps(line) + "\n")
        command = [binary, "run-batch", source, target, "--max-num-seqs", "8"]
        killed = 0
        while killed < KILLS:
            process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
            time.sleep(draw.uniform(0.1, 0.6))
            if process.poll() is not None:
                break
            process.send_signal(signal.SIGKILL)
            process.wait()
            killed += 1
        check(f"it was killed {killed} times before it was done", killed == KILLS)
        last = subprocess.run(command, stderr=subprocess.PIPE, text=True)
        check("the run after that ends well", last.returncode == 0, last.stderr)
        with open(target) as file:
            answers = [json.loads(line) for line in file]
        ids = sorted(answer["custom_id"] for answer in answers)
        check("every request is answered once", ids == sorted(f"r{index}" for index in range(REQUESTS)), ids[:5])
        check("every answer is whole", all(a["response"]["status_code"] == 200 for a in answers))
        check("nothing else is left", sorted(os.listdir(folder)) == ["in.jsonl", "out.jsonl"], os.listdir(folder))
        again = subprocess.run(command, stderr=subprocess.PIPE, text=True)
        check("a run of what is complete does nothing", again.returncode == 0 and "complete already" in again.stderr)


main()
