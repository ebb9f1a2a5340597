"""The web page with an engine that needs no model, for work on the page.

    python Tests/Clients/page/mock_server.py [--blocks 512] [--load 3] [--key SECRET] [--port 0]

Prints its address. Answers as `quire serve` does where the page asks: models, chat, completions, page events.
`--load` is how many requests others send. Needs Python's standard library only.
"""

import argparse
import http.server
import json
import pathlib
import time

from mock_engine import BLOCK_SIZE, EVENTS, Engine

WEB = pathlib.Path(__file__).resolve().parents[3] / "Sources/QuireServer/Web"
MODEL = "mock"
TYPES = {".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
FRAME_PACE, STATS_PACE = 0.05, 0.5


class Refusal(Exception):
    def __init__(self, status, message, param=None):
        self.status, self.param = status, param
        super().__init__(message)


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        """The check reads its own output only."""

    def do_GET(self):
        self.answer({"/v1/models": self.models, "/pages": self.pages}.get(self.path, self.file))

    def do_POST(self):
        self.answer({"/v1/chat/completions": self.chat, "/v1/completions": self.completion}.get(self.path, self.file))

    def answer(self, route):
        try:
            if route != self.file and self.server.key and self.headers["Authorization"] != f"Bearer {self.server.key}":
                raise Refusal(401, "The API key is missing or wrong.")
            route()
        except Refusal as refusal:
            error = {"message": str(refusal), "type": "invalid_request_error", "param": refusal.param, "code": None}
            self.send(refusal.status, "application/json", json.dumps({"error": error}).encode())
        except (BrokenPipeError, ConnectionResetError):
            pass

    def send(self, status, kind, body=None):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Security-Policy", "default-src 'self'")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if body:
            self.wfile.write(body)

    def file(self):
        path = (WEB / (self.path.split("?")[0].lstrip("/") or "index.html")).resolve()
        if not path.is_relative_to(WEB) or not path.is_file():
            raise Refusal(404, f"There is nothing at {self.path}.")
        self.send(200, TYPES[path.suffix], path.read_bytes())

    def models(self):
        model = {"id": MODEL, "object": "model", "created": 1, "owned_by": "quire", "max_model_len": 2048}
        self.send(200, "application/json", json.dumps({"object": "list", "data": [model]}).encode())

    def event(self, data, event=None):
        text = data if isinstance(data, str) else json.dumps(data)
        self.wfile.write(((f"event: {event}\n" if event else "") + f"data: {text}\n\n").encode())

    def chat(self):
        body = self.body()
        words = [word for message in body["messages"] for word in message["content"].split()]
        self.stream(body, words, lambda text: {"delta": {"content": text}})

    def completion(self):
        body = self.body()
        self.stream(body, body["prompt"].split(), lambda text: {"text": text})

    def body(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if not 0 < body.get("top_p", 1) <= 1:
            raise Refusal(400, f"top_p is {body['top_p']}; it must be a number above 0 and at most 1.", "top_p")
        if body["n"] > body.get("beam_width", 1024):
            raise Refusal(400, f"n is {body['n']}; it must be at most beam_width ({body['beam_width']}).", "n")
        return body

    def stream(self, body, words, content):
        engine = self.server.engine
        limit = body.get("max_tokens") or body.get("max_completion_tokens") or 64
        request = engine.submit(words, body["n"], limit)
        self.send(200, "text/event-stream")
        try:
            for index, text, reason in iter(request.out.get, None):
                self.event({"choices": [{"index": index, **content(text), "finish_reason": reason}]})
            usage = {"prompt_tokens": len(words), "completion_tokens": limit * body["n"],
                     "prompt_tokens_details": {"cached_tokens": request.cached}}
            self.event({"choices": [], "usage": usage})
            self.event("[DONE]")
        finally:
            engine.cancel(request)

    def pages(self):
        engine = self.server.engine
        pending = {event: [] for event in EVENTS}
        self.send(200, "text/event-stream")
        total = engine.blocks.total
        self.event({"quire_pages": 1, "model": MODEL, "block_size": BLOCK_SIZE, "total_blocks": total}, "header")
        with engine.lock:
            engine.subscribers.append(pending)
        seen, told = -1, 0
        try:
            while True:
                with engine.lock:
                    frame = engine.frame(pending) if engine.step_count != seen else None
                    stats = engine.stats() if time.monotonic() - told >= STATS_PACE else None
                    seen = engine.step_count
                if frame:
                    self.event(frame, "frame")
                if stats:
                    self.event(stats, "stats")
                    told = time.monotonic()
                time.sleep(FRAME_PACE)
        finally:
            with engine.lock:
                engine.subscribers.remove(pending)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--blocks", type=int, default=512)
    parser.add_argument("--load", type=int, default=3)
    parser.add_argument("--key")
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", options.port), Handler)
    server.daemon_threads = True
    server.engine, server.key = Engine(options.blocks, options.load), options.key
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
