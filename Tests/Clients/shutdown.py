"""Ends a server in full load: every stream ends in order, within the time, and the status is 0."""

import http.client
import json
import threading
import time
import urllib.parse

from serving import Serving, check

STREAMS = 64
TIMEOUT = 2
TAKEN = "vllm:request_params_n_count"  # observed once for each request, when it comes


def read(url, index, ends):
    connection = http.client.HTTPConnection(urllib.parse.urlparse(url).netloc, timeout=60)
    # Some end by themselves within the time, most do not.
    body = {"prompt": "Once", "max_tokens": 20 if index % 8 == 0 else 2000, "n": 1 if index % 8 == 0 else 8,
            "ignore_eos": True, "stream": True}
    connection.request("POST", "/v1/completions", json.dumps(body), {"Content-Type": "application/json"})
    lines = [line for line in connection.getresponse().read().decode().splitlines() if line]
    finished = sum('"finish_reason":"length"' in line for line in lines)
    ends[index] = (lines[-1] if lines else "", "shutting_down" in "".join(lines[-3:]), finished)


def main():
    with Serving("--shutdown-timeout", str(TIMEOUT)) as server:
        ends = {}
        threads = [threading.Thread(target=read, args=(server.url, index, ends)) for index in range(STREAMS)]
        for thread in threads:
            thread.start()
        # A request that comes later is refused, which is right and not what this is about.
        deadline = time.monotonic() + 60
        while (taken := server.metric(TAKEN)) < STREAMS and time.monotonic() < deadline:
            time.sleep(0.02)
        start = time.monotonic()
        server.process.terminate()
        status = server.process.wait(timeout=60)
        seconds = time.monotonic() - start
        for thread in threads:
            thread.join()
    check("the server takes every stream", taken >= STREAMS, taken)
    check(f"the server ends within its time ({seconds:.1f} s of {TIMEOUT} s and a little)", seconds < TIMEOUT + 3)
    check("its status is 0", status == 0, status)
    check(f"{STREAMS} streams end with their last event", all(end[0] == "data: [DONE]" for end in ends.values()), ends)
    whole = [done for _, cut, done in ends.values() if not cut]
    check(f"{STREAMS - len(whole)} of them say why, {len(whole)} were complete", all(whole) and len(whole) < STREAMS, ends)


main()
