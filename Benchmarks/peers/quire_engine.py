"""Quire, by a command that anyone can run: `quire bench latency`.

Each measurement is a process of its own with a run that warms up; what it says is without loading.
"""

import json
import os
import shlex
import subprocess
import tempfile


class Quire:
    def __init__(self, binary, threads, arguments, environment):
        self.binary = binary
        self.arguments = ["--threads", str(threads)] + arguments
        self.environment = os.environ | environment
        self.seed = 0
        self.last = {}

    def run(self, kind, *arguments):
        """The result of one benchmark, as JSON has it."""
        # New prompts each time.
        self.seed += 1
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "result.json")
            command = [self.binary, "bench", kind] + [str(argument) for argument in arguments]
            command += self.arguments + ["--seed", str(self.seed), "--output-json", path]
            self.last_command = command[:-2]
            done = subprocess.run(command, env=self.environment, capture_output=True, text=True)
            if done.returncode != 0:
                raise SystemExit(f"{' '.join(command)}: exit status {done.returncode}\n{done.stderr}")
            with open(path) as file:
                self.last = json.load(file)
        return self.last

    def command(self):
        """The last measurement, for people to repeat."""
        return shlex.join(["quire"] + self.last_command[1:])

    def about(self):
        """What the last run said of itself."""
        keys = ["version", "matmul_backend", "attention_backend", "instruction_set", "weight_types", "threads"]
        keys += ["peak_rss_bytes", "planned_bytes", "load_seconds"]
        return {key: self.last[key] for key in keys if key in self.last}

    def measure(self, ask):
        kind = ask["measure"]
        if kind == "prefill":
            result = self.run("latency", "--batch-size", 1, "--input-len", ask["prompt"], "--output-len", 1, *self.twice)
            return {"tokens": ask["prompt"], "seconds": ask["prompt"] / result["prefill_tokens_per_second"]}
        if kind == "decode":
            result = self.run(
                "latency", "--batch-size", ask["batch"], "--input-len", ask["prompt"],
                "--output-len", ask["steps"] + 1, *self.twice,
            )
            tokens = ask["batch"] * ask["steps"]
            return {"tokens": tokens, "seconds": tokens / result["decode_tokens_per_second"]}
        result = self.run(
            "latency", "--batch-size", ask["count"], "--input-len", ask["prompt"], "--output-len", ask["output"],
            *self.twice,
        )
        return {"tokens": ask["count"] * ask["output"], "seconds": result["avg_latency"]}

    # One run warms up, one counts.
    twice = ["--num-iters-warmup", 1, "--num-iters", 1]
