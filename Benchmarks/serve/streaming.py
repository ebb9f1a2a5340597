"""Streams of a server, read with asyncio: times of the pieces, and the text."""

import asyncio
import json
import sys
import time
import urllib.parse

sys.path.insert(0, __file__.rsplit("/", 3)[0] + "/Tests/Clients")

from serving import Serving, check  # noqa: E402,F401: for the scripts beside this one


async def open_request(url, path, body):
    address = urllib.parse.urlparse(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port, limit=1 << 22)
    data = json.dumps(body).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {address.netloc}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(data)}\r\nConnection: close\r\n\r\n"
    )
    writer.write(head.encode() + data)
    await writer.drain()
    return reader, writer


class Stream:
    """One stream's text, its pieces' times, and how it ended."""

    def __init__(self):
        self.text = ""
        self.times = []
        self.tokens = 0
        self.error = None
        self.is_done = False

    @property
    def gaps(self):
        return [later - earlier for earlier, later in zip(self.times, self.times[1:])]


async def stream(url, body):
    found = Stream()
    body = {**body, "stream": True, "stream_options": {"include_usage": True}}
    reader, writer = await open_request(url, "/v1/completions", body)
    try:
        async for line in reader:
            if not line.startswith(b"data: "):
                continue
            data = line[6:].strip()
            if data == b"[DONE]":
                found.is_done = True
                break
            chunk = json.loads(data)
            if "error" in chunk:
                found.error = chunk["error"]["message"]
            for choice in chunk.get("choices", []):
                found.text += choice["text"]
                found.times.append(time.monotonic())
            if chunk.get("usage"):
                found.tokens = chunk["usage"]["completion_tokens"]
    finally:
        writer.close()
    return found


def percentile(values, percent):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(percent / 100 * (len(ordered) - 1)))]
