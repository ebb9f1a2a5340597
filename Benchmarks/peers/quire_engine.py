"""Quire, by a command that anyone can run: `quire bench latency`.

Each measurement is a process of its own with two runs that warm up; what it says is without loading.
"""

import json
import os
import shlex
import subprocess
import tempfile


BLOCK = 16
# What a token takes in the KV cache of the shape 160m in float32, of the shape 1b two thirds of it: two runs fill a cache
# for one.
TOKEN_BYTES = 12 * 2 * 768 * 4


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
            result = self.latency(1, ask["prompt"], 1)
            return {"tokens": ask["prompt"], "seconds": ask["prompt"] / result["prefill_tokens_per_second"]}
        if kind == "decode":
            result = self.latency(ask["batch"], ask["prompt"], ask["steps"] + 1)
            tokens = ask["batch"] * ask["steps"]
            return {"tokens": tokens, "seconds": tokens / result["decode_tokens_per_second"]}
        result = self.latency(ask["count"], ask["prompt"], ask["output"])
        return {"tokens": ask["count"] * ask["output"], "seconds": result["avg_latency"]}

    def latency(self, batch, prompt, output):
        """Of one run, after those that warm up. The KV cache is little larger than a run needs, as llama.cpp's is, and
        filled before: a larger one would give each run memory that nobody has touched, which takes the system time.
        """
        blocks = batch * ((prompt + output) // BLOCK + 1)
        return self.run(
            "latency", "--batch-size", batch, "--input-len", prompt, "--output-len", output,
            "--max-model-len", prompt + output, "--kv-cache-memory", blocks * BLOCK * TOKEN_BYTES,
            "--num-iters-warmup", 2, "--num-iters", 1,
        )
