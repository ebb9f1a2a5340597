"""A prompt of maximum length every second beside running streams: how long these wait between two tokens."""

import argparse
import asyncio
import random
import time

from streaming import Serving, check, percentile, stream


async def measure(url, streams, seconds, length):
    ends = time.monotonic() + seconds
    gaps = []

    async def talk(index):
        while time.monotonic() < ends:
            found = await stream(
                url, {"prompt": f"Stream {index}: ", "max_tokens": 200, "ignore_eos": True, "seed": index})
            # The first gap has the prompt's own time.
            gaps.extend(found.gaps[1:])

    async def interrupt():
        draw = random.Random(7)
        tasks = []
        while time.monotonic() < ends:
            ids = [draw.randrange(3, 200) for _ in range(length - 8)]
            tasks.append(asyncio.create_task(stream(url, {"prompt": ids, "max_tokens": 2, "ignore_eos": True})))
            await asyncio.sleep(1)
        await asyncio.gather(*tasks)
        return len(tasks)

    sent, *_ = await asyncio.gather(interrupt(), *(talk(index) for index in range(streams)))
    return gaps, sent


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model")
    parser.add_argument("--length", type=int, default=2048, help="the model's maximum")
    parser.add_argument("--streams", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--max-step-ms", type=float, default=50)
    arguments = parser.parse_args()
    options = ["--max-step-ms", f"{arguments.max_step_ms}", "--max-model-len", f"{arguments.length}"]
    options += ["--model", arguments.model] if arguments.model else []
    with Serving(*options) as server:
        gaps, sent = asyncio.run(measure(server.url, arguments.streams, arguments.seconds, arguments.length))
    p50, p99 = percentile(gaps, 50) * 1000, percentile(gaps, 99) * 1000
    print(f"      {len(gaps)} gaps beside {sent} prompts of {arguments.length - 8} tokens: median {p50:.2f} ms")
    check(
        f"99 % of the tokens come within {p99:.1f} ms (asked: under {2 * arguments.max_step_ms:.0f})",
        p99 < 2 * arguments.max_step_ms,
    )


main()
