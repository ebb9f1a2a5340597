"""Hugging Face transformers: `generate`, greedy, one request at a time; a static batch where a batch is asked for."""

import time

import torch
from transformers import AutoModelForCausalLM

from engine import Engine, serve, versions


class Transformers(Engine):
    # One at a time, requests take equally long: a few of many tell.
    sample = 4

    def __init__(self, options):
        super().__init__()
        torch.set_num_threads(options.threads)
        self.model = AutoModelForCausalLM.from_pretrained(options.model, dtype=getattr(torch, options.dtype)).eval()
        self.vocabulary = self.model.config.vocab_size
        self.dtype = options.dtype

    def about(self):
        return versions("transformers", "torch") | {
            "dtype": self.dtype,
            "threads": torch.get_num_threads(),
            "cpu": torch.backends.cpu.get_cpu_capability(),
        }

    def ids(self, batch, prompt):
        return torch.tensor([self.tokens(prompt) for _ in range(batch)])

    @torch.inference_mode()
    def prefill(self, prompt):
        ids = self.ids(1, prompt)
        start = time.perf_counter()
        self.model(input_ids=ids, use_cache=True, logits_to_keep=1)
        return time.perf_counter() - start

    @torch.inference_mode()
    def decode(self, batch, prompt, steps):
        output = self.model(input_ids=self.ids(batch, prompt), use_cache=True, logits_to_keep=1)
        start = time.perf_counter()
        for _ in range(steps):
            next_ids = output.logits[:, -1:].argmax(-1)
            output = self.model(input_ids=next_ids, past_key_values=output.past_key_values, use_cache=True)
        return time.perf_counter() - start

    @torch.inference_mode()
    def requests(self, count, prompt, output):
        count = min(count, self.sample)
        start = time.perf_counter()
        for _ in range(count):
            ids = self.ids(1, prompt)
            self.model.generate(
                ids,
                attention_mask=torch.ones_like(ids),
                do_sample=False,
                min_new_tokens=output,
                max_new_tokens=output,
                pad_token_id=0,
            )
        return count, time.perf_counter() - start


if __name__ == "__main__":
    serve(Transformers)
