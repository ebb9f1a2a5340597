"""64 streams at once beside the engine without a server, and each stream beside its solo run."""

import argparse
import asyncio
import json
import os
import re
import statistics
import subprocess
import tempfile
import time

from streaming import Serving, check, stream

BINARY = os.environ.get("QUIRE", os.path.join(os.path.dirname(__file__), "..", "..", ".build", "release", "quire"))


def bodies(count, prompt, output):
    """Half greedy, half seeded; no two prompts alike."""
    for index in range(count):
        ids = [3 + (index * 7919 + place * 104_729) % 200 for place in range(prompt)]
        sampling = {"temperature": 0} if index % 2 == 0 else {"temperature": 1, "seed": index}
        yield {"prompt": ids, "max_tokens": output, "ignore_eos": True, **sampling}


def offline(asks, options):
    """Generated tokens a second of the same requests without a server."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file, tempfile.TemporaryDirectory() as folder:
        for index, ask in enumerate(asks):
            line = {"custom_id": str(index), "method": "POST", "url": "/v1/completions", "body": ask}
            file.write(json.dumps(line) + "\n")
        file.flush()
        answers = os.path.join(folder, "out.jsonl")
        run = subprocess.run(
            [BINARY, "run-batch", file.name, answers, *options], check=True, capture_output=True, text=True)
        return float(re.search(r"([\d.]+) tokens/s", run.stderr).group(1))


async def together(url, asks):
    start = time.monotonic()
    streams = await asyncio.gather(*(stream(url, ask) for ask in asks))
    return streams, sum(found.tokens for found in streams) / (time.monotonic() - start)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model")
    parser.add_argument("--streams", type=int, default=64)
    parser.add_argument("--prompt", type=int, default=64)
    parser.add_argument("--output", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    options = (["--model", arguments.model] if arguments.model else []) + ["--no-enable-prefix-caching"]
    asks = list(bodies(arguments.streams, arguments.prompt, arguments.output))
    with Serving(*options) as server:
        solo = [asyncio.run(stream(server.url, ask)) for ask in asks]
        ratios = []
        for round_number in range(arguments.rounds):
            found, served = asyncio.run(together(server.url, asks))
            same = [one.text == alone.text and one.is_done for one, alone in zip(found, solo)]
            check(f"round {round_number + 1}: {len(same)} streams are as alone, byte for byte", all(same), same)
            engine = offline(asks, options)
            ratios.append(served / engine)
            print(f"      served {served:.1f} tokens/s, engine {engine:.1f} tokens/s, ratio {ratios[-1]:.3f}")
        median = statistics.median(ratios)
        check(f"served at {median:.3f} of the engine's speed (asked: 0.95)", median >= 0.95, ratios)


main()
