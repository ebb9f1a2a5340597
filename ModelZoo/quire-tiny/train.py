"""Trains quire-tiny from scratch on two processor cores; writes weights, configuration and the loss curve."""

import argparse
import csv
import json
import math
import os
import random
import time
from pathlib import Path

import numpy as np
import sentencepiece
import torch
from safetensors.torch import save_file
from transformers import LlamaConfig, LlamaForCausalLM

from generate_text import documents

BOS, EOS = 1, 2
LENGTH = 256
PROSE_SHARE = 0.10
CONFIG = LlamaConfig(
    vocab_size=2048, hidden_size=256, intermediate_size=768, num_hidden_layers=4, num_attention_heads=8,
    num_key_value_heads=4, max_position_embeddings=512, rms_norm_eps=1e-5, tie_word_embeddings=True,
    bos_token_id=BOS, eos_token_id=EOS)


class Text:
    """An endless stream of rows of `LENGTH + 1` tokens: documents packed one after the other."""

    def __init__(self, tokenizer, prose: list[str], seed: int):
        self.tokenizer = tokenizer
        self.prose = prose
        self.rng = random.Random(seed)
        self.generated = documents(1 << 40, seed)
        self.buffer: list[int] = []

    def document(self) -> list[int]:
        if self.prose and self.rng.random() < PROSE_SHARE * 0.35:  # paragraphs are longer than generated documents
            texts = [self.rng.choice(self.prose)]
        else:
            texts = next(self.generated)
        tokens = [BOS]
        for text in texts:
            tokens += self.tokenizer.encode(text) + [EOS]
        return tokens[: LENGTH + 1]

    def rows(self, count: int) -> torch.Tensor:
        need = count * (LENGTH + 1)
        while len(self.buffer) < need:
            self.buffer += self.document()
        rows, self.buffer = self.buffer[:need], self.buffer[need:]
        return torch.tensor(np.array(rows).reshape(count, LENGTH + 1))


def paragraphs(path: Path | None) -> list[str]:
    if path is None:
        return []
    text = path.read_text(encoding="utf-8")
    found = [" ".join(part.split()) for part in text.split("\n\n")]
    return [part for part in found if 80 < len(part) < 900]


def export(model, folder: Path) -> None:
    """Weights rounded to bfloat16, under Hugging Face names."""
    weights = {
        name: value.detach().to(torch.bfloat16).contiguous().clone()
        for name, value in model.state_dict().items() if name != "lm_head.weight"
    }
    save_file(weights, folder / "model.safetensors.new", metadata={"format": "pt"})
    os.replace(folder / "model.safetensors.new", folder / "model.safetensors")
    config = {
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", "torch_dtype": "bfloat16", "hidden_act": "silu",
        "rope_theta": 10000.0, "attention_bias": False, "mlp_bias": False, "use_cache": True,
        "initializer_range": 0.02,
    }
    for key in ("vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads",
                "num_key_value_heads", "max_position_embeddings", "rms_norm_eps", "tie_word_embeddings", "bos_token_id",
                "eos_token_id"):
        config[key] = getattr(CONFIG, key)
    (folder / "config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")


def loss_of(model, rows: torch.Tensor) -> torch.Tensor:
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits = model(rows[:, :-1], use_cache=False).logits
    return torch.nn.functional.cross_entropy(logits.float().flatten(0, 1), rows[:, 1:].flatten())


def train(options: argparse.Namespace) -> None:
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    tokenizer = sentencepiece.SentencePieceProcessor(model_file=str(options.output / "tokenizer.model"))
    prose = paragraphs(options.prose)
    text = Text(tokenizer, prose[40:], options.seed)
    held_out = Text(tokenizer, prose[:40], options.seed + 1_000_003).rows(16)
    model = LlamaForCausalLM(CONFIG)
    if options.resume:
        from safetensors.torch import load_file
        model.load_state_dict({k: v.float() for k, v in load_file(options.resume).items()}, strict=False)
        model.tie_weights()
    print(f"{sum(p.numel() for p in model.parameters()):,} parameters, {len(prose)} paragraphs of prose", flush=True)
    decayed = [p for p in model.parameters() if p.dim() > 1]
    plain = [p for p in model.parameters() if p.dim() == 1]
    optimizer = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": 0.1}, {"params": plain, "weight_decay": 0.0}], lr=options.rate,
        betas=(0.9, 0.95))
    curve: list[tuple[int, float, float]] = []
    start, step, tokens, running = time.time(), 0, 0, 0.0
    while True:
        done = (time.time() - start) / (options.minutes * 60)
        if done >= 1:
            break
        warm = min(1.0, (step + 1) / 100)
        rate = options.rate * warm * (0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * done)))
        for group in optimizer.param_groups:
            group["lr"] = rate
        rows = text.rows(options.batch)
        loss = loss_of(model, rows)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        step += 1
        tokens += options.batch * LENGTH
        running = loss.item() if running == 0 else 0.95 * running + 0.05 * loss.item()
        if step % 100 == 0:
            model.eval()
            with torch.no_grad():
                held = loss_of(model, held_out).item()
            model.train()
            curve.append((tokens, running, held))
            print(f"step {step} tokens {tokens:,} loss {running:.3f} held out {held:.3f} "
                  f"{tokens / (time.time() - start):.0f} tokens/s {done:.0%}", flush=True)
        if step % 200 == 0:
            export(model, options.output)
    export(model, options.output)
    with open(options.output / "loss.csv", "w", newline="") as file:
        csv.writer(file).writerows([("tokens", "training_loss", "held_out_loss"), *curve])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prose", type=Path, help="public-domain prose, UTF-8; War and Peace was used")
    parser.add_argument("--output", type=Path, default=Path(__file__).parent)
    parser.add_argument("--resume", type=Path, help="weights to go on from")
    parser.add_argument("--minutes", type=float, default=40)
    parser.add_argument("--batch", type=int, default=12)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=2026)
    train(parser.parse_args())
