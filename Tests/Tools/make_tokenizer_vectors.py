#!/usr/bin/env python3
"""Makes the models and vectors under Tests/Fixtures/tokenizers with Python's sentencepiece.

    python3 Tests/Tools/make_tokenizer_vectors.py                      # all vectors; trains only models that are missing
    python3 Tests/Tools/make_tokenizer_vectors.py --only quire-tiny    # after ModelZoo/quire-tiny/tokenizer.model changed
    python3 Tests/Tools/make_tokenizer_vectors.py --retrain            # models too

Needs: pip install sentencepiece protobuf.  Made with sentencepiece 0.2.3.

texts.jsonl holds the texts, one a line. NAME.jsonl holds for one model: a line about the model, a line for every text
({"ids", "decoded" unless equal to the text, "spans" for the first texts: byte offsets}), then lines of random
ids with their text ({"random", "decoded"}).
"""

import argparse
import io
import json
import os
import pathlib
import random
import unicodedata

import sentencepiece
from sentencepiece import sentencepiece_model_pb2 as proto

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "Tests" / "Fixtures" / "tokenizers"
CONFORMANCE = pathlib.Path(os.environ.get("QUIRE_CONFORMANCE_DATA", ROOT.parent / "shared" / "data"))
NUM_TEXTS, NUM_SPANS, NUM_RANDOM = 1000, 60, 60
SEED = 20241

USER_DEFINED = ["<|user|>", "<|end|>", "ing", "ingly", "né"]
ROOTS = "stone river lantern cat dog story little morning garden window paper answer number forest silver wing".split()
ENDINGS = ["", "s", "ed", "ing", "ingly", "er", "ness", "'s"]
LINKS = "the a of and to in was it with for on is that he she they".split()

# Replacements for the model with a map of its own: one to many, many to one, to nothing, overlapping keys.
RULES = [("A", "a"), ("AB", "ß"), ("ABC", "x y"), ("é", "e\u0301"), ("e\u0301", "é"), ("\t", " "), ("\u200b", ""),
         ("œ", "oe"), ("…", "..."), ("\u3000", "  "), ("😀", ":)")]


def words(rng, count):
    return [rng.choice(LINKS) if rng.random() < 0.4 else rng.choice(ROOTS) + rng.choice(ENDINGS) for _ in range(count)]


def corpus():
    rng = random.Random(SEED)
    for _ in range(4000):
        line = " ".join(words(rng, rng.randint(3, 14)))
        kind = rng.random()
        if kind < 0.10:
            line += f" {rng.randint(0, 99999)}."
        elif kind < 0.15:
            line += " " + "".join(rng.choice("日本語中文の世界") for _ in range(rng.randint(1, 6)))
        elif kind < 0.20:
            line = line.replace("e", "é", 1) + " naïve café, façade!"
        elif kind < 0.25:
            line = line.replace(" ", "  ", 2).capitalize()
        yield line


def pool(*ranges):
    return [chr(c) for low, high in ranges for c in range(low, high + 1)]


POOLS = {
    "ascii": pool((0x20, 0x7E)),
    "latin": pool((0xC0, 0x17F), (0x1E00, 0x1EFF)),
    "greek-cyrillic": pool((0x391, 0x3C9), (0x410, 0x44F)),
    "cjk": pool((0x4E00, 0x4E80), (0x65E5, 0x6600)) + list("日本語中文の世界"),
    "kana": pool((0x3041, 0x3096), (0x30A1, 0x30FA), (0xFF66, 0xFF9F)),
    "hangul": pool((0xAC00, 0xAC40), (0x1100, 0x1112), (0x1161, 0x1175), (0x11A8, 0x11C2)),
    "rtl": pool((0x5D0, 0x5EA), (0x627, 0x64A), (0x5B0, 0x5BC)) + ["\u200f", "\u202e", " "],
    "compatibility": list("ﬁﬂ①②㈱㍿ＡＢＣａｂｃ１２３ⅣⅨ½¼™℃…‥㌀µſ") + ["\u3000", "\u00a0", "\u2003", "\u200b", "\ufeff"],
    "combining": list("aeiounEO") + pool((0x300, 0x330)) + ["\u0345", "\u20dd"],
    "control": pool((0x00, 0x1F), (0x7F, 0x9F)) + ["\u2028", "\u2029", "\u200d"],
    "astral": pool((0x10300, 0x1031F), (0x1D400, 0x1D433), (0x20000, 0x20010), (0x1F600, 0x1F640)),
    "odd": ["\ufffd", "\ufffe", "\uffff", "\ue000", "\U000f0000", "\U0010ffff", "\u2581", "\ud7ff", "\u0378"],
}
EMOJI = ["👩‍🚀", "👨‍👩‍👧‍👦", "🏳️‍🌈", "🇩🇪", "👍🏽", "❤️", "😀", "1️⃣"]
SPECIAL = ["<s>", "</s>", "<unk>", "<0x41>", "<0xE2>", "\u2581", "\u2581\u2581the", "abc ABC AB A", *USER_DEFINED]


def fragment(rng):
    kind = rng.random()
    if kind < 0.30:
        return " ".join(words(rng, rng.randint(1, 4)))
    if kind < 0.40:
        return " " * rng.randint(1, 5)
    if kind < 0.45:
        return rng.choice(["\n", "\r\n", "\n\n", "\t", " \n "])
    if kind < 0.52:
        return rng.choice(EMOJI)
    if kind < 0.60:
        return rng.choice(SPECIAL)
    if kind < 0.63:
        return rng.choice("a -=\u00e9") * rng.randint(2, 20)
    letters = POOLS[rng.choice(list(POOLS))]
    return "".join(rng.choice(letters) for _ in range(rng.randint(1, 5)))


def texts():
    rng = random.Random(SEED + 1)
    fixed = ["", " ", "  ", "a", " a", "a ", "\0", "\0\0 a\0", "\u2581", "e\u0301", "\u00e9", "the  the", "\n", "Hello, world!"]
    return fixed + ["".join(fragment(rng) for _ in range(rng.randint(1, 4))) for _ in range(NUM_TEXTS - len(fixed))]


def train(name, **options):
    defaults = dict(vocab_size=420, character_coverage=0.9995, normalization_rule_name="identity",
                    remove_extra_whitespaces=False, num_threads=1, minloglevel=2)
    if "normalization_rule_tsv" in options:
        defaults.pop("normalization_rule_name")
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(list(corpus())), model_writer=model, **{**defaults, **options})
    parsed = proto.ModelProto.FromString(model.getvalue())
    # What the trainer notes about the machine it ran on is not part of the model.
    for field in ("input", "model_prefix", "num_threads", "normalization_rule_tsv"):
        for spec in (parsed.trainer_spec, parsed.normalizer_spec):
            if field in spec.DESCRIPTOR.fields_by_name:
                spec.ClearField(field)
    (FIXTURES / f"{name}.model").write_bytes(parsed.SerializeToString())


def retire_pieces():
    """Marks pieces of bpe-identity unused, so that merges have to be taken apart again."""
    parsed = proto.ModelProto.FromString((FIXTURES / "bpe-identity.model").read_bytes())
    normal = [p for p in parsed.pieces if p.type == p.NORMAL]
    for piece in normal[3::4]:
        piece.type = piece.UNUSED
    (FIXTURES / "bpe-unused.model").write_bytes(parsed.SerializeToString())


def train_with_rules():
    rules = FIXTURES / "rules.tmp.tsv"
    rules.write_text("".join(
        " ".join(f"{ord(c):X}" for c in key) + "\t" + " ".join(f"{ord(c):X}" for c in value) + "\n"
        for key, value in RULES), encoding="utf-8")
    try:
        train("unigram-rules", model_type="unigram", byte_fallback=True, vocab_size=560,
              normalization_rule_tsv=str(rules), user_defined_symbols=USER_DEFINED)
    finally:
        rules.unlink()


TRAINING = {
    "bpe-identity": lambda: train("bpe-identity", model_type="bpe", byte_fallback=True, vocab_size=560),
    "bpe-unused": retire_pieces,
    "bpe-nfkc": lambda: train(
        "bpe-nfkc", model_type="bpe", byte_fallback=True, vocab_size=560, normalization_rule_name="nmt_nfkc",
        remove_extra_whitespaces=True),
    "bpe-suffix": lambda: train(
        "bpe-suffix", model_type="bpe", treat_whitespace_as_suffix=True, user_defined_symbols=USER_DEFINED,
        pad_id=3, remove_extra_whitespaces=True),
    "unigram-nfkc": lambda: train(
        "unigram-nfkc", model_type="unigram", normalization_rule_name="nmt_nfkc", remove_extra_whitespaces=True),
    "unigram-rules": train_with_rules,
}
EXTERNAL = {
    "tok512": lambda: CONFORMANCE / "stories260K" / "tok512.model",
    "quire-tiny": lambda: ROOT / "ModelZoo" / "quire-tiny" / "tokenizer.model",
}


def fingerprint(data):
    """FNV-1a, 64 bits: tells a test whether these vectors belong to the model it has."""
    value = 0xCBF29CE484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001B3 & (1 << 64) - 1
    return f"{value:016x}"


def visible(line):
    """Escapes what an editor would hide or act on: formatting, separators, private and unassigned characters."""
    return "".join(
        json.dumps(c)[1:-1] if c > "~" and unicodedata.category(c) in ("Cc", "Cf", "Cn", "Co", "Zl", "Zp") else c
        for c in line)


def write_lines(path, values):
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        for value in values:
            file.write(visible(json.dumps(value, ensure_ascii=False, separators=(",", ":"))) + "\n")


def vectors(name, path, inputs):
    data = path.read_bytes()
    processor = sentencepiece.SentencePieceProcessor(model_proto=data)
    rng = random.Random(SEED + 2)
    lines = [{"model": name, "fingerprint": fingerprint(data), "pieces": processor.get_piece_size()}]
    for number, text in enumerate(inputs):
        ids = processor.encode(text)
        line = {"ids": ids}
        if processor.decode(ids) != text:
            line["decoded"] = processor.decode(ids)
        if number < NUM_SPANS:
            pieces = processor.encode(text, return_type="proto").pieces
            line["spans"] = [[p.begin, p.end] for p in pieces]
        lines.append(line)
    everything = range(processor.get_piece_size())
    byte_ids = [i for i in everything if processor.is_byte(i)] or list(everything)
    leading = [i for i in everything if processor.id_to_piece(i).startswith("\u2581")] or list(everything)
    for _ in range(NUM_RANDOM):
        start = [rng.choice(leading if rng.random() < 0.5 else everything) for _ in range(rng.randint(0, 3))]
        ids = start + [rng.choice(byte_ids if rng.random() < 0.6 else everything) for _ in range(rng.randint(0, 12))]
        lines.append({"random": ids, "decoded": processor.decode(ids)})
    write_lines(FIXTURES / f"{name}.jsonl", lines)
    print(f"{name}: {len(lines)} lines from {path.name}, sentencepiece {sentencepiece.__version__}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", metavar="NAME", choices=[*TRAINING, *EXTERNAL], help="make the vectors of one model")
    parser.add_argument("--retrain", action="store_true", help="train models that are there already")
    options = parser.parse_args()
    FIXTURES.mkdir(parents=True, exist_ok=True)
    inputs = texts()
    if options.only is None:
        write_lines(FIXTURES / "texts.jsonl", inputs)
    for name in [options.only] if options.only else [*TRAINING, *EXTERNAL]:
        path = EXTERNAL[name]() if name in EXTERNAL else FIXTURES / f"{name}.model"
        if name in TRAINING and (options.retrain or not path.exists()):
            TRAINING[name]()
        if path.exists():
            vectors(name, path, inputs)
        else:
            print(f"{name}: skipped, there is no {path}")


if __name__ == "__main__":
    main()
