"""llama.cpp by the low-level interface of llama-cpp-python: no sampling, no Python between tokens but the batch."""

import ctypes
import time

from llama_cpp import llama_cpp as native

from engine import Engine, serve, versions


class LlamaCpp(Engine):
    # What one call runs at most; llama.cpp's default for its own benchmark.
    batch_tokens = 512

    def __init__(self, options):
        super().__init__()
        native.llama_backend_init()
        self.model = native.llama_model_load_from_file(
            options.model.encode(), native.llama_model_default_params()
        )
        if not self.model:
            raise SystemExit(f"llama.cpp cannot load {options.model}")
        self.vocabulary = native.llama_vocab_n_tokens(native.llama_model_get_vocab(self.model))
        params = native.llama_context_default_params()
        params.n_ctx = options.context * options.sequences
        params.n_seq_max = options.sequences
        params.n_batch = params.n_ubatch = self.batch_tokens
        params.n_threads = params.n_threads_batch = options.threads
        self.context = native.llama_init_from_model(self.model, params)
        if not self.context:
            raise SystemExit(f"llama.cpp cannot make a context of {params.n_ctx} tokens")
        self.batch = native.llama_batch_init(self.batch_tokens, 0, 1)
        self.threads = options.threads

    def about(self):
        return versions("llama-cpp-python") | {
            "system": native.llama_print_system_info().decode().strip(),
            "threads": self.threads,
            "n_batch": self.batch_tokens,
        }

    def run(self, entries):
        """Runs (sequence, position, token, wants logits) in one call."""
        batch = self.batch
        batch.n_tokens = len(entries)
        for index, (sequence, position, token, wants_logits) in enumerate(entries):
            batch.token[index] = token
            batch.pos[index] = position
            batch.n_seq_id[index] = 1
            batch.seq_id[index][0] = sequence
            batch.logits[index] = wants_logits
        status = native.llama_decode(self.context, batch)
        if status != 0:
            raise RuntimeError(f"llama_decode returned {status} for {len(entries)} tokens")
        native.llama_synchronize(self.context)

    def run_prompt(self, sequence, tokens):
        last = len(tokens) - 1
        entries = [(sequence, at, token, at == last) for at, token in enumerate(tokens)]
        for begin in range(0, len(entries), self.batch_tokens):
            self.run(entries[begin : begin + self.batch_tokens])

    def clear(self):
        native.llama_memory_clear(native.llama_get_memory(self.context), True)

    def prefill(self, prompt):
        self.clear()
        tokens = self.tokens(prompt)
        start = time.perf_counter()
        self.run_prompt(0, tokens)
        return time.perf_counter() - start

    def step(self, batch, position):
        self.run([(sequence, position, token, True) for sequence, token in enumerate(self.tokens(batch))])

    def decode(self, batch, prompt, steps):
        self.clear()
        for sequence in range(batch):
            self.run_prompt(sequence, self.tokens(prompt))
        # The first step of a new batch size is not typical: graphs are built for it.
        self.step(batch, prompt)
        start = time.perf_counter()
        for step in range(steps):
            self.step(batch, prompt + 1 + step)
        return time.perf_counter() - start

    def requests(self, count, prompt, output):
        self.clear()
        start = time.perf_counter()
        per_call = max(1, self.batch_tokens // prompt)
        for first in range(0, count, per_call):
            self.run(
                [
                    (sequence, at, token, at == prompt - 1)
                    for sequence in range(first, min(first + per_call, count))
                    for at, token in enumerate(self.tokens(prompt))
                ]
            )
        # The prompts' last logits give the first token.
        for step in range(output - 1):
            self.step(count, prompt + step)
        return count, time.perf_counter() - start


@native.llama_log_callback
def silence(level, text, data):
    """What llama.cpp says while it loads. The function must outlive every call: C keeps its address."""


if __name__ == "__main__":
    native.llama_log_set(silence, ctypes.c_void_p(0))
    serve(LlamaCpp)
