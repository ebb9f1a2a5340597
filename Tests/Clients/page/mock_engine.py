"""An engine without a model: words for tokens, but real pages, with sharing, copy-on-write, a cache, and preemption."""

import collections
import itertools
import queue
import random
import threading
import time

from mock_blocks import Blocks

BLOCK_SIZE = 16
PACE = 0.02
EVENTS = ("copies", "evictions", "preemptions", "admitted", "finished")
TOTALS = ("prompt_tokens", "cached_tokens", "generation_tokens", "preemptions", "copies", "evictions", "requests")
TEXT = """The old printer folded each sheet twice and laid it on the pile. A quire, she said, is what a hand can hold:
few enough leaves to sew, many enough to make a book. When two books began alike she printed the beginning once, and
bound it into both. Only where they parted did she cut new type. Whoever came back found an old page.""".split()


class Branch:
    def __init__(self, tokens, blocks):
        self.tokens, self.blocks, self.said = tokens, blocks, 0


class Request:
    def __init__(self, number, prompt, n, limit):
        self.number, self.n, self.limit = number, n, limit
        self.branches = [Branch(list(prompt), [])]
        self.out = queue.Queue()
        self.arrived, self.last, self.cached = time.monotonic(), None, 0
        self.offset = random.randrange(len(TEXT))


class Engine:
    def __init__(self, total, load):
        self.load = load
        self.lock = threading.RLock()
        self.blocks = Blocks(total, lambda block: self.note("evictions", block))
        self.running, self.waiting, self.subscribers = [], collections.deque(), []
        self.numbers, self.step_count, self.totals = itertools.count(), 0, collections.Counter()
        self.ttft, self.itl = (collections.deque(maxlen=200) for _ in range(2))
        threading.Thread(target=self.run, daemon=True).start()

    def submit(self, prompt, n=1, limit=64):
        with self.lock:
            request = Request(next(self.numbers), prompt or ["<s>"], n, limit)
            self.waiting.append(request)
            self.totals["requests"] += 1
            return request

    def cancel(self, request):
        with self.lock:
            if request in self.waiting:
                self.waiting.remove(request)
            if request in self.running:
                self.end(request)

    def run(self):
        background = []
        while True:
            time.sleep(PACE)
            with self.lock:
                if self.load and random.random() < 0.05:
                    alive = self.running + list(self.waiting)
                    background = [request for request in background if request in alive]
                    if len(background) < self.load:
                        prompt = TEXT[:40] + [f"topic{random.randrange(6)}"] * random.choice((20, 40, 60))
                        background.append(self.submit(prompt, random.choice((1, 1, 2, 4)), random.randrange(40, 260)))
                if self.waiting or self.running:
                    self.step()

    def step(self):
        self.step_count += 1
        while self.waiting and len(self.running) < 32 and self.admit(self.waiting[0]):
            self.running.append(self.waiting.popleft())
        if self.waiting and not self.running:
            self.waiting.popleft().out.put(None)
        for request in [*self.running]:
            if request in self.running:
                self.advance(request)

    def admit(self, request):
        needed = sum(len(branch.tokens) // BLOCK_SIZE + 1 for branch in request.branches)
        if needed > len(self.blocks.free):
            return False
        request.cached = 0
        for branch in request.branches:
            self.fill(request, branch)
            self.totals["prompt_tokens"] += len(branch.tokens)
        while len(request.branches) < request.n:
            for block in (first := request.branches[0]).blocks:
                self.blocks.take(block)
            request.branches.append(Branch(list(first.tokens), list(first.blocks)))
        self.totals["cached_tokens"] += request.cached
        self.note("admitted", {"request": request.number, "cached_tokens": request.cached})
        return True

    def fill(self, request, branch):
        """Blocks for all tokens of a branch; full ones are looked for first."""
        key, found = None, True
        for start in range(0, len(branch.tokens), BLOCK_SIZE):
            key = (key, tuple(branch.tokens[start : start + BLOCK_SIZE]))
            is_full = len(key[1]) == BLOCK_SIZE
            block = self.blocks.block_of.get(key) if is_full else None
            found = found and block is not None
            if found:
                self.blocks.take(block)
                request.cached += BLOCK_SIZE
            else:
                block = self.blocks.allocate()
                if is_full:
                    self.blocks.remember(key, block)
            branch.blocks.append(block)

    def advance(self, request):
        now = time.monotonic()
        waits = self.ttft if request.last is None else self.itl
        waits.append(1000 * (PACE / 2 + now - (request.last or request.arrived)))
        request.last = now
        for index, branch in enumerate(request.branches):
            if not self.reserve(branch):
                return self.preempt()
            word = TEXT[(request.offset + branch.said * (1 + 2 * index)) % len(TEXT)]
            branch.tokens.append(word)
            branch.said += 1
            self.totals["generation_tokens"] += 1
            reason = "length" if branch.said >= request.limit else None
            request.out.put((index, word if branch.said == 1 else " " + word, reason))
        if request.branches[0].said >= request.limit:
            request.out.put(None)
            self.end(request)

    def reserve(self, branch):
        """A place for one more token: a new block, or a copy of one that others hold too."""
        place = len(branch.tokens) % BLOCK_SIZE
        if place == 0 or self.blocks.references[branch.blocks[-1]] > 1:
            if not self.blocks.free:
                return False
            block = self.blocks.allocate()
            if place == 0:
                branch.blocks.append(block)
            else:
                self.note("copies", [branch.blocks[-1], block])
                self.blocks.release(branch.blocks[-1])
                branch.blocks[-1] = block
        return True

    def preempt(self):
        latest = self.running.pop()
        for branch in latest.branches:
            for block in reversed(branch.blocks):
                self.blocks.release(block)
            branch.blocks = []
        self.waiting.appendleft(latest)
        self.note("preemptions", {"request": latest.number, "reason": "no block was free for another request's token"})

    def end(self, request):
        self.running.remove(request)
        for branch in request.branches:
            key = None
            for start, block in zip(range(0, len(branch.tokens) - BLOCK_SIZE + 1, BLOCK_SIZE), branch.blocks):
                key = (key, tuple(branch.tokens[start : start + BLOCK_SIZE]))
                self.blocks.remember(key, block)
            for block in reversed(branch.blocks):
                self.blocks.release(block)
        self.note("finished", request.number)

    def note(self, event, what):
        self.totals[event] += 1
        for pending in self.subscribers:
            pending[event].append(what)

    def frame(self, pending):
        """The state now, and what has happened since the last frame; call with the lock held."""
        tables = [
            {"request": request.number, "branch": index, "tokens": len(branch.tokens),
             "computed": len(branch.tokens) - 1, "blocks": list(branch.blocks)}
            for request in self.running for index, branch in enumerate(request.branches)]
        frame = {
            "step": self.step_count, "ms": 1000 * PACE, "tokens": len(tables), "prompt_tokens": 0,
            "running": len(self.running), "waiting": len(self.waiting), "free": len(self.blocks.free),
            "findable": len(self.blocks.key_of), "tables": tables,
            "references": [[block, count] for block, count in enumerate(self.blocks.references) if count],
            "cached": [block for block in self.blocks.key_of if self.blocks.references[block] == 0]}
        for event in EVENTS:
            frame[event] = pending[event][:]
            pending[event].clear()
        return frame

    def stats(self):
        def percentile(values, share):
            return sorted(values)[int(share * (len(values) - 1))] if values else None

        totals = {f"{name}_total": self.totals[name] for name in TOTALS}
        return totals | {
            "time": time.time(), "running": len(self.running), "waiting": len(self.waiting),
            "kv_usage": sum(map(bool, self.blocks.references)) / self.blocks.total,
            "step_ms_p50": 1000 * PACE, "step_ms_p99": 1200 * PACE, "ttft_ms_p50": percentile(self.ttft, 0.5),
            "itl_ms_p50": percentile(self.itl, 0.5), "itl_ms_p99": percentile(self.itl, 0.99)}
