"""Trains quire-tiny's SentencePiece vocabulary: BPE with byte fallback, 2,048 pieces."""

import argparse
import json
import tempfile
from pathlib import Path

import sentencepiece

from generate_text import documents

VOCABULARY = 2048


def train(folder: Path, prose: str, seed: int = 11) -> None:
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as corpus:
        for document in documents(40_000, seed):
            corpus.write("\n".join(document) + "\n")
        corpus.write(prose)
        corpus.flush()
        sentencepiece.SentencePieceTrainer.train(
            input=corpus.name, model_prefix=str(folder / "tokenizer"), model_type="bpe", vocab_size=VOCABULARY,
            byte_fallback=True, normalization_rule_name="identity", add_dummy_prefix=True,
            remove_extra_whitespaces=False, split_digits=True, character_coverage=0.9999, unk_id=0, bos_id=1, eos_id=2,
            pad_id=-1, num_threads=2, max_sentence_length=100_000, minloglevel=1)
    (folder / "tokenizer.vocab").unlink()
    write(folder / "tokenizer_config.json", {
        "tokenizer_class": "LlamaTokenizer", "legacy": False, "add_bos_token": True, "add_eos_token": False,
        "bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "model_max_length": 512,
        "clean_up_tokenization_spaces": False})
    write(folder / "special_tokens_map.json", {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"})
    write(folder / "generation_config.json", {"bos_token_id": 1, "eos_token_id": 2})


def write(path: Path, values: dict) -> None:
    path.write_text(json.dumps(values, indent=2) + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prose", type=Path, required=True, help="public-domain prose, UTF-8")
    parser.add_argument("--output", type=Path, default=Path(__file__).parent)
    options = parser.parse_args()
    train(options.output, options.prose.read_text(encoding="utf-8")[:600_000])
