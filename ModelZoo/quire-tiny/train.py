"""Trains quire-tiny from scratch or from earlier weights; writes weights, configuration and the loss curve."""

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
PROSE_SHARE = 0.10
HELD_OUT_SEED = 1_002_029  # far from the seeds of training, and the same for every stage
HELD_OUT_PARAGRAPHS = 40
CONFIG = LlamaConfig(
    vocab_size=2048, hidden_size=256, intermediate_size=768, num_hidden_layers=4, num_attention_heads=8,
    num_key_value_heads=4, max_position_embeddings=2048, rms_norm_eps=1e-5, tie_word_embeddings=True,
    bos_token_id=BOS, eos_token_id=EOS)


class Text:
    """An endless stream of rows of tokens: documents packed one after the other, cut only where a row ends."""

    def __init__(self, tokenizer, prose: list[str], seed: int, fresh: float = 0, joined: float = 0):
        self.tokenizer = tokenizer
        self.prose = prose
        self.rng = random.Random(seed)
        self.generated = documents(1 << 40, seed)
        self.fresh = fresh
        self.joined = joined
        self.buffer: list[int] = []

    def chance(self, share: float) -> bool:
        return share > 0 and self.rng.random() < share  # a share of 0 leaves the generator of the other choices alone

    def texts(self) -> list[str]:
        if self.prose and self.rng.random() < PROSE_SHARE * 0.35:  # paragraphs are longer than generated documents
            return [self.rng.choice(self.prose)]
        return next(self.generated)

    def document(self) -> list[int]:
        texts = self.texts()
        if self.chance(self.joined):  # a long prompt has one `<s>`, where packed documents have one every 70 tokens
            count = self.rng.randint(2, 24)
            parts = [part for _ in range(count) for part in self.texts() if "ASSISTANT:" not in part]
            texts = [self.rng.choice([" ", "\n", "\n\n"]).join(parts)] if parts else texts
        tokens = [BOS]
        for text in texts:
            tokens += self.tokenizer.encode(text) + [EOS]
        return tokens

    def row(self, length: int) -> list[int]:
        if self.chance(self.fresh):  # prompts begin with a document, a row that goes on from the last one does not
            self.buffer = []
        while len(self.buffer) <= length:
            self.buffer += self.document()
        row, self.buffer = self.buffer[: length + 1], self.buffer[length + 1 :]
        return row

    def rows(self, count: int, length: int) -> torch.Tensor:
        return torch.tensor(np.array([self.row(length) for _ in range(count)]))


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


def curve_before(path: Path) -> list[list[str]]:
    """The rows of the stage that is gone on from."""
    with open(path, newline="") as file:
        return list(csv.reader(file))[1:]


def train(options: argparse.Namespace) -> None:
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    tokenizer = sentencepiece.SentencePieceProcessor(model_file=str(options.output / "tokenizer.model"))
    prose = paragraphs(options.prose)
    text = Text(tokenizer, prose[HELD_OUT_PARAGRAPHS:], options.seed, options.fresh, options.joined)
    longest = max(options.length)
    held_out = Text(tokenizer, prose[:HELD_OUT_PARAGRAPHS], HELD_OUT_SEED).rows(max(4, 4096 // longest), longest)
    model = LlamaForCausalLM(CONFIG)
    curve: list[list] = []
    if options.resume:
        from safetensors.torch import load_file
        model.load_state_dict({k: v.float() for k, v in load_file(options.resume).items()}, strict=False)
        model.tie_weights()
        curve += curve_before(options.output / "loss.csv")
    before = int(curve[-1][0]) if curve else 0
    print(f"{sum(p.numel() for p in model.parameters()):,} parameters, {len(prose)} paragraphs of prose", flush=True)
    decayed = [p for p in model.parameters() if p.dim() > 1]
    plain = [p for p in model.parameters() if p.dim() == 1]
    optimizer = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": 0.1}, {"params": plain, "weight_decay": 0.0}], lr=options.rate,
        betas=(0.9, 0.95))
    start, step, tokens, running = time.time(), 0, 0, 0.0
    while True:
        done = (time.time() - start) / (options.minutes * 60)
        if done >= 1:
            break
        warm = min(1.0, (step + 1) / 100)
        rate = options.rate * warm * (0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * done)))
        for group in optimizer.param_groups:
            group["lr"] = rate
        length = options.length[step % len(options.length)]
        rows = text.rows(options.batch // length, length)
        loss = loss_of(model, rows)
        running = loss.item() if running == 0 else 0.95 * running + 0.05 * loss.item()
        if step % 100 == 0 and (step or options.resume):  # the first point of a later stage shows what it began with
            model.eval()
            with torch.no_grad():
                held = loss_of(model, held_out).item()
            model.train()
            curve.append([before + tokens, running, held, longest])
            print(f"step {step} tokens {tokens:,} loss {running:.3f} held out {held:.3f} "
                  f"{tokens / (time.time() - start):.0f} tokens/s {done:.0%}", flush=True)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        step += 1
        tokens += rows.shape[0] * length
        if step % 200 == 0:
            export(model, options.output)
    export(model, options.output)
    with torch.no_grad():
        curve.append([before + tokens, running, loss_of(model.eval(), held_out).item(), longest])
    print(f"{step} steps, {tokens:,} tokens, {(time.time() - start) / 60:.1f} minutes, held out {curve[-1][2]:.3f}")
    with open(options.output / "loss.csv", "w", newline="") as file:
        csv.writer(file).writerows([("tokens", "training_loss", "held_out_loss", "row_length"), *curve])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prose", type=Path, help="public-domain prose, UTF-8; War and Peace was used")
    parser.add_argument("--output", type=Path, default=Path(__file__).parent)
    parser.add_argument("--resume", type=Path, help="weights to go on from; loss.csv goes on too")
    parser.add_argument("--minutes", type=float, default=40)
    parser.add_argument("--length", type=int, nargs="+", default=[256], help="tokens of a row; steps take turns")
    parser.add_argument("--batch", type=int, default=3072, help="tokens of a step")
    parser.add_argument("--fresh", type=float, default=0, help="share of rows that begin with a document")
    parser.add_argument("--joined", type=float, default=0, help="share of documents that join many into one text")
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=2026)
    train(parser.parse_args())
