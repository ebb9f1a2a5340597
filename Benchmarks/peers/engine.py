"""The protocol between the driver and the engines that it compares.

An engine is a process. It loads one model, writes a line of JSON that says what it is, and then answers each line of
JSON on its standard input, which asks for a measurement, with one on its standard output:

    {"measure": "prefill", "prompt": 256}
    {"measure": "decode", "batch": 8, "prompt": 32, "steps": 32}
    {"measure": "requests", "count": 32, "prompt": 64, "output": 32}
    -> {"tokens": 256, "seconds": 2.5}

Tokens are those of the prompt for `prefill`, and generated ones otherwise. `decode` counts steps in which every
sequence of the batch goes on by one token, after prompts that are not timed. Prompts are random and new each time.
"""

import argparse
import importlib.metadata
import json
import os
import random
import sys


class Engine:
    """One engine with one model; subclasses load it in `__init__(options)`."""

    vocabulary = 32000

    def __init__(self):
        self.random = random.Random(1)

    def tokens(self, count):
        """Random ids, none of the first few, which tokenizers use for themselves."""
        return [self.random.randrange(300, self.vocabulary) for _ in range(count)]

    def about(self):
        """Versions and settings, by name."""
        raise NotImplementedError

    def prefill(self, prompt):
        """Seconds to run one prompt up to the logits of its last token."""
        raise NotImplementedError

    def decode(self, batch, prompt, steps):
        """Seconds for `steps` steps of `batch` sequences."""
        raise NotImplementedError

    def requests(self, count, prompt, output):
        """The requests that were run, and the seconds from the first one's begin to the last one's end."""
        raise NotImplementedError

    def measure(self, ask):
        kind = ask["measure"]
        if kind == "prefill":
            return {"tokens": ask["prompt"], "seconds": self.prefill(ask["prompt"])}
        if kind == "decode":
            seconds = self.decode(ask["batch"], ask["prompt"], ask["steps"])
            return {"tokens": ask["batch"] * ask["steps"], "seconds": seconds}
        if kind == "requests":
            count, seconds = self.requests(ask["count"], ask["prompt"], ask["output"])
            return {"tokens": count * ask["output"], "seconds": seconds}
        raise ValueError(f"no measurement '{kind}'; there are prefill, decode and requests")


def versions(*packages):
    return {package: importlib.metadata.version(package) for package in packages}


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--context", type=int, required=True, help="tokens that one sequence may have")
    parser.add_argument("--sequences", type=int, required=True, help="sequences that run at once")
    parser.add_argument("--dtype", default="float32", help="for engines that can choose")
    return parser.parse_args()


def serve(make):
    """Makes the engine and answers until standard input ends."""
    # Libraries that write to standard output must not get between the lines.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)

    def say(value):
        answers.write(json.dumps(value) + "\n")
        answers.flush()

    engine = make(options())
    say(engine.about())
    for line in sys.stdin:
        say(engine.measure(json.loads(line)))
