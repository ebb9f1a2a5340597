"""Sends malformed requests beside a running stream: each gets a 4xx that says why, and the stream stays as it was."""

import http.client
import json
import random
import socket
import threading
import urllib.parse

from serving import Serving, check

COUNT = 10_000
STREAM = {"prompt": "Once upon a time", "seed": 5, "max_tokens": 1500, "ignore_eos": True, "stream": True}
VALID = {
    "/v1/completions": {"prompt": "a", "max_tokens": 2},
    "/v1/chat/completions": {"messages": [{"role": "user", "content": "a"}], "max_tokens": 2},
    "/tokenize": {"prompt": "a"},
    "/detokenize": {"tokens": [5]},
}
ODD = [None, True, -1, 1e30, 10**30, 1.5, "", "x" * 1000, [], [[]], {}, {"a": None}, [None], "\ud800", -(2**63)]


def malformed(draw):
    """A path and the bytes of a body that no endpoint takes."""
    path = draw.choice(list(VALID))
    body = dict(VALID[path])
    text = json.dumps(body)
    kind = draw.randrange(6)
    if kind == 0:
        return path, text[: draw.randrange(len(text))].encode()
    if kind == 1:
        place = draw.randrange(len(text))
        return path, text[:place].encode() + bytes([draw.choice([0, 1, 0xFF, 0xC0])]) + text[place:].encode()
    if kind == 2:
        body["unknown_" + str(draw.randrange(1000))] = draw.choice([1, "a", []])
    elif kind == 3:
        name = draw.choice(list(body))
        body[name] = draw.choice([-5, 1.5, {"a": 1}, [{}], True]) if name != "messages" else draw.choice(ODD[1:])
    elif kind == 4:
        body = draw.choice([[], 1, "a", [body]])
    else:
        return path, b"[" * draw.randrange(100, 100_000)
    return path, json.dumps(body).encode()


def stream(url, sink):
    host = urllib.parse.urlparse(url).netloc
    connection = http.client.HTTPConnection(host, timeout=120)
    connection.request("POST", "/v1/completions", json.dumps(STREAM), {"Content-Type": "application/json"})
    text = connection.getresponse().read().decode()
    pieces = [json.loads(line[6:]) for line in text.splitlines() if line.startswith("data: {")]
    sink.append("".join(piece["choices"][0]["text"] for piece in pieces))


def main():
    draw = random.Random(1)
    with Serving() as server:
        alone = []
        stream(server.url, alone)
        beside = []
        ended = threading.Event()

        def streams():
            while not ended.is_set():
                stream(server.url, beside)

        thread = threading.Thread(target=streams)
        thread.start()
        connection = http.client.HTTPConnection(urllib.parse.urlparse(server.url).netloc, timeout=60)
        odd = []
        for _ in range(COUNT):
            path, body = malformed(draw)
            connection.request("POST", path, body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            text = answer.read()
            try:
                message = json.loads(text)["error"]["message"]
            except (ValueError, KeyError, TypeError):
                message = ""
            if not (400 <= answer.status < 500 and len(message) > 10):
                odd.append((path, body[:200], answer.status, text[:200]))
        ended.set()
        thread.join()
        check(f"{COUNT} malformed requests get a 4xx with a message", not odd, odd[:3])
        check(f"{len(beside)} streams beside them are as without them", beside and set(beside) == set(alone))
        raw(server)


def raw(server):
    """What is no HTTP at all ends its connection and nothing else."""
    address = urllib.parse.urlparse(server.url)
    for junk in [b"\x16\x03\x01\x02\x00", b"GET\r\n\r\n", b"POST /v1/completions HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
                 b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 5000 + b"\r\n", b"\x00" * 1000]:
        with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
            connection.sendall(junk)
            connection.shutdown(socket.SHUT_WR)
            try:
                connection.recv(4096)
            except OSError:
                pass
    check("bytes that are no HTTP end nothing but their connection", server.get("/health") == "")


main()
