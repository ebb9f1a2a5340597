"""Prints quire-tiny's loss on held-out text by position in the context, in float32."""

import argparse
from pathlib import Path

import sentencepiece
import torch
from transformers import LlamaForCausalLM

from train import BOS, EOS, HELD_OUT_PARAGRAPHS, HELD_OUT_SEED, Text, paragraphs

LENGTH = 2047
EDGES = [0, 256, 512, 1024, 1536, LENGTH]


def losses(model, row: torch.Tensor) -> torch.Tensor:
    """The loss of each token of a row but the first."""
    with torch.no_grad():
        logits = model(row[None, :-1], use_cache=False).logits[0]
    return torch.nn.functional.cross_entropy(logits, row[1:], reduction="none")


def by_position(name: str, model, rows: torch.Tensor) -> None:
    found = torch.stack([losses(model, row) for row in rows])
    parts = [f"{low + 1}-{high}: {found[:, low:high].mean():.3f}" for low, high in zip(EDGES, EDGES[1:])]
    print(f"{name}: {found.numel():,} tokens, loss {found.mean():.3f}; {', '.join(parts)}", flush=True)


def held_out_documents(tokenizer, path: Path) -> list[list[int]]:
    parts = path.read_text(encoding="utf-8").strip().split("\n\n")
    return [[BOS] + [token for text in part.split("\n") for token in tokenizer.encode(text) + [EOS]] for part in parts]


def rotated(documents: list[list[int]], count: int) -> torch.Tensor:
    """Rows that begin at different documents, so that one text is measured at many positions."""
    tokens = [token for document in documents for token in document]
    starts = [len(tokens) * index // count for index in range(count)]
    return torch.tensor([(tokens[start:] + tokens[:start])[: LENGTH + 1] for start in starts])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    here = Path(__file__).parent
    parser.add_argument("--model", type=Path, default=here)
    parser.add_argument("--prose", type=Path, help="the prose that train.py was given")
    parser.add_argument("--rows", type=int, default=64)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    tokenizer = sentencepiece.SentencePieceProcessor(model_file=str(here / "tokenizer.model"))
    model = LlamaForCausalLM.from_pretrained(options.model, dtype=torch.float32).eval()
    prose = paragraphs(options.prose)[:HELD_OUT_PARAGRAPHS]
    by_position("packed documents", model, Text(tokenizer, prose, HELD_OUT_SEED).rows(options.rows, LENGTH))
    documents = held_out_documents(tokenizer, here / "heldout.txt")
    by_position("heldout.txt, packed", model, rotated(documents, 16))
    plain = [[token for token in document if token not in (BOS, EOS)] for document in documents]
    joined = rotated(plain, 16)
    joined[:, 0] = BOS
    by_position("heldout.txt, as one text", model, joined)
    alone = torch.cat([losses(model, torch.tensor(document)) for document in documents])
    print(f"heldout.txt, each document alone: {alone.numel():,} tokens, loss {alone.mean():.3f}")
