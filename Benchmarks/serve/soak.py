"""Clients that come and go at random, some of which never read, beside a stream that must not notice."""

import argparse
import asyncio
import random
import time

from streaming import Serving, check, open_request, stream

STEADY = {"prompt": "Once upon a time", "seed": 5, "max_tokens": 400, "ignore_eos": True}


async def visitor(url, draw, ends):
    """Asks, reads for a while or not at all, and leaves."""
    while time.monotonic() < ends:
        body = {
            "prompt": f"Visitor {draw.randrange(40)}: ", "max_tokens": draw.randrange(1, 300), "ignore_eos": True,
            "stream": draw.random() < 0.8, "n": draw.choice([1, 1, 1, 2]), "seed": draw.randrange(1000),
        }
        reads = draw.random() >= 0.1
        try:
            reader, writer = await open_request(url, "/v1/completions", body)
            stays = draw.uniform(0, 4)
            if reads:
                try:
                    await asyncio.wait_for(reader.read(), stays)
                except asyncio.TimeoutError:
                    pass
            else:
                await asyncio.sleep(stays)
            if draw.random() < 0.5:
                writer.transport.abort()
            else:
                writer.close()
        except OSError:
            await asyncio.sleep(0.1)


async def steady(url, expected, ends, found):
    while time.monotonic() < ends:
        one = await stream(url, STEADY)
        found.append(one.text == expected and one.is_done)


async def soak(url, clients, seconds, expected, seed):
    ends = time.monotonic() + seconds
    found = []
    visitors = [visitor(url, random.Random(seed * 10_000 + index), ends) for index in range(clients)]
    await asyncio.gather(steady(url, expected, ends, found), *visitors)
    return found


def quiet(server):
    for _ in range(300):
        if server.metric("vllm:num_requests_running") + server.metric("vllm:num_requests_waiting") == 0:
            return
        time.sleep(0.1)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=300)
    arguments = parser.parse_args()
    # The steady stream goes first, so that its speed does not depend on how many visitors wait.
    STEADY["priority"] = -1
    with Serving("--max-num-seqs", "64", "--max-queued-requests", "4096") as server:
        expected = asyncio.run(stream(server.url, STEADY)).text
        # Everything that grows to its size under this load does so in the first quarter.
        first = asyncio.run(soak(server.url, arguments.clients, arguments.seconds / 4, expected, 1))
        quiet(server)
        memory, descriptors = server.resident_bytes, server.descriptors
        found = first + asyncio.run(soak(server.url, arguments.clients, arguments.seconds * 3 / 4, expected, 2))
        quiet(server)
        time.sleep(1)
        after, open_after = server.resident_bytes, server.descriptors
        check(f"{len(found)} steady streams are as alone, byte for byte", found and all(found), found)
        check("no page is in use", server.metric("quire:pages_used") == 0, server.metric("quire:pages_used"))
        check(f"descriptors are as before ({descriptors}, then {open_after})", open_after <= descriptors + 2)
        growth = (after - memory) / memory
        check(f"memory is flat ({memory >> 20} MiB, then {after >> 20} MiB)", growth < 0.05, growth)
        asked = server.metric("vllm:request_success_total")
        print(f"      {asked:.0f} requests in {arguments.seconds:.0f} s")


main()
