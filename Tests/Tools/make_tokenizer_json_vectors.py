#!/usr/bin/env python3
"""Makes the tokenizers and vectors under Tests/Fixtures/tokenizer-json with Python's tokenizers library.

    python3 Tests/Tools/make_tokenizer_json_vectors.py

Needs: pip install tokenizers sentencepiece.  Made with tokenizers 0.23.3.

Each NAME.json is a tokenizer.json trained here on a small text. NAME.vectors has a line for each of the texts of
texts.jsonl and of 2,000 random ones that `random_text` below and `RandomTexts.swift` both make from the same numbers:
a hash of the ids, one of the text that they decode to, and the number of ids. A line of ids follows for every twentieth,
to see where one goes wrong.
"""

import json
import pathlib

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

import make_tokenizer_vectors as sentencepiece_vectors

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "Tests" / "Fixtures" / "tokenizer-json"
CHARSMAP = ROOT / "Tests" / "Fixtures" / "tokenizers" / "unigram-rules.model"
NUM_RANDOM = 2000
MASK = (1 << 64) - 1

# Characters that were in Unicode before the tables of any library in use were made, by kind.
KINDS = [
    list("abcdefghijklmnopqrstuvwxyz"), list("etaoinshrdlu"), list("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), list("0123456789"),
    list(" "), list(" "), list(" \n\t\r"), list(".,;:!?'\"()[]{}<>/\\|@#$%^&*-_=+~`"), list("éüñçßøåÀÉœŒıİſµ"),
    list("αβγδεζηθΑΒΓΔабвгдежАБВГД"), list("日本語中文的是世界。、「」"), list("あいうえおアイウエオー"), list("한국어가나다각갂갃"),
    list("مرحبابكשלום"), list("हिन्दीไทย"), list("😀🚀👩👨🏽❤✨🇩🇪") + ["\u200d", "\ufe0f"],
    ["\u0301", "\u0308", "\u0323", "\u0345", "e\u0301", "o\u0323\u0302", "\u1100\u1161\u11a8"],
    list("ﬁﬂ①②½¼ⅣⅨ㈱ＡＢＣ１２３™…‥") + ["\u00a0", "\u2003", "\u3000", "\u2028", "\u200b", "\ufeff", "\u00ad"],
    list("₀²³①٣٤५६ⅷ〇"), ["\u0000", "\u0001", "\u0007", "\u007f", "\u0085", "\ufffd", "\ue000", "\u2581"],
    ["the ", " ing", "tion", "'s", "'ll", "<s>", "</s>", "[MASK]", "<|x|>", "<0x41>", " and", "##a", "\r\n", "  "],
]


class SplitMix:
    """The generator of RandomTexts.swift."""

    def __init__(self, state):
        self.state = state

    def below(self, bound):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        mixed = self.state
        mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9 & MASK
        mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB & MASK
        return (mixed ^ mixed >> 31) % bound


def random_text(random):
    text = ""
    for _ in range(1 + random.below(6)):
        kind = KINDS[random.below(len(KINDS))]
        for _ in range(1 + random.below(5)):
            text += kind[random.below(len(kind))]
    return text


def fnv(data):
    value = 0xCBF29CE484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001B3 & MASK
    return value


def short(value):
    return f"{value & 0xFFFFFFFF:x}"


def vectors(name, tokenizer, texts):
    lines = []
    for number, text in enumerate(texts):
        ids = tokenizer.encode(text).ids
        decoded = tokenizer.decode(ids, skip_special_tokens=False)
        line = [len(ids), short(fnv(b"".join(i.to_bytes(4, "little") for i in ids))), short(fnv(decoded.encode()))]
        if number % 20 == 0:
            line.append(ids)
        lines.append(json.dumps(line, separators=(",", ":")))
    # Ids in an order that no text has, to decode.
    random = SplitMix(77)
    size = tokenizer.get_vocab_size()
    for _ in range(300):
        ids = [random.below(size) for _ in range(random.below(12))]
        decoded = [tokenizer.decode(ids, skip_special_tokens=skip) for skip in (True, False)]
        lines.append(json.dumps([short(fnv(text.encode())) for text in decoded], separators=(",", ":")))
    (FIXTURES / f"{name}.vectors").write_text("\n".join(lines) + "\n")
    print(f"{name}: {len(lines)} lines")


def train(model, trainer, normalizer=None, pre_tokenizer=None, decoder=None, post_processor=None, added=()):
    tokenizer = Tokenizer(model)
    if normalizer:
        tokenizer.normalizer = normalizer
    if pre_tokenizer:
        tokenizer.pre_tokenizer = pre_tokenizer
    if decoder:
        tokenizer.decoder = decoder
    tokenizer.train_from_iterator(list(sentencepiece_vectors.corpus()) + ["日本語 中文 世界 한국어 абв ①②½ 'll I've 😀🚀 éü"] * 30,
                                  trainer)
    tokenizer.add_tokens(list(added))
    if post_processor:
        tokenizer.post_processor = post_processor(tokenizer)
    return tokenizer


def bpe(**options):
    return trainers.BpeTrainer(vocab_size=options.pop("vocab_size", 500), show_progress=False, **options)


GPT2 = r"""'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+"""
O200K = (r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
         r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
         r"\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+")
ADDED = [AddedToken("<|x|>", special=True, normalized=False), AddedToken("[MASK]", lstrip=True, special=True),
         AddedToken("tion", rstrip=True, normalized=True), AddedToken("the", single_word=True, normalized=False)]
BYTES = [f"<0x{i:02X}>" for i in range(256)]


def template(tokenizer):
    return processors.TemplateProcessing(single="<s> $A </s>", special_tokens=[
        ("<s>", tokenizer.token_to_id("<s>")), ("</s>", tokenizer.token_to_id("</s>"))])


def pair(kind):
    return lambda t: kind(("</s>", t.token_to_id("</s>")), ("<s>", t.token_to_id("<s>")))


def charsmap():
    proto = sentencepiece_vectors.proto.ModelProto.FromString(CHARSMAP.read_bytes())
    return normalizers.Precompiled(proto.normalizer_spec.precompiled_charsmap)


def byte_level(pattern, **options):
    split = pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(pattern), "isolated"),
                                     pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    return train(models.BPE(**options), bpe(initial_alphabet=pre_tokenizers.ByteLevel.alphabet()), pre_tokenizer=split,
                 decoder=decoders.ByteLevel(), added=ADDED)


def word_level(pre_tokenizer, normalizer=None, decoder=None):
    return train(models.WordLevel(unk_token="<unk>"),
                 trainers.WordLevelTrainer(vocab_size=400, special_tokens=["<unk>"], show_progress=False),
                 normalizer, pre_tokenizer, decoder)


SPECIAL = ["<unk>", "<s>", "</s>"]
MAKERS = {
    "gpt2": lambda: train(
        models.BPE(), bpe(special_tokens=SPECIAL[1:], initial_alphabet=pre_tokenizers.ByteLevel.alphabet()),
        pre_tokenizer=pre_tokenizers.ByteLevel(add_prefix_space=True), decoder=decoders.ByteLevel(),
        post_processor=pair(processors.RobertaProcessing), added=ADDED),
    "byte-level": lambda: byte_level(GPT2, ignore_merges=True),
    "cased": lambda: byte_level(O200K),
    "llama": lambda: train(
        models.BPE(unk_token="<unk>", byte_fallback=True, fuse_unk=True), bpe(vocab_size=700, special_tokens=SPECIAL + BYTES),
        normalizer=normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")]),
        decoder=decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(),
                                   decoders.Strip(" ", 1, 0)]), post_processor=template),
    "clip": lambda: train(
        models.BPE(unk_token="<unk>", end_of_word_suffix="</w>", fuse_unk=False),
        bpe(special_tokens=SPECIAL, end_of_word_suffix="</w>"),
        normalizer=normalizers.Sequence([normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()]),
        pre_tokenizer=pre_tokenizers.Whitespace(), decoder=decoders.BPEDecoder(suffix="</w>"),
        post_processor=lambda t: processors.Sequence([processors.ByteLevel(), template(t)])),
    "prefixed": lambda: train(
        models.BPE(unk_token="<unk>", continuing_subword_prefix="##", fuse_unk=True),
        bpe(special_tokens=SPECIAL, continuing_subword_prefix="##"), normalizer=normalizers.NFKC(),
        pre_tokenizer=pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Digits(True)]),
        decoder=decoders.WordPiece(prefix="##", cleanup=False)),
    "bert": lambda: train(
        models.WordPiece(unk_token="<unk>"), trainers.WordPieceTrainer(vocab_size=500, special_tokens=SPECIAL, show_progress=False),
        normalizer=normalizers.BertNormalizer(), pre_tokenizer=pre_tokenizers.BertPreTokenizer(),
        decoder=decoders.WordPiece(), post_processor=pair(processors.BertProcessing), added=ADDED[:2]),
    "unigram": lambda: train(
        models.Unigram(), trainers.UnigramTrainer(vocab_size=500, special_tokens=SPECIAL, unk_token="<unk>", show_progress=False),
        normalizer=normalizers.Sequence([normalizers.Nmt(), charsmap(), normalizers.Replace(Regex(" {2,}"), " ")]),
        pre_tokenizer=pre_tokenizers.Metaspace(), decoder=decoders.Metaspace(), post_processor=template),
    "unigram-bytes": lambda: train(
        models.Unigram(byte_fallback=True),
        trainers.UnigramTrainer(vocab_size=800, special_tokens=SPECIAL + BYTES, unk_token="<unk>", show_progress=False),
        normalizer=normalizers.Strip(), pre_tokenizer=pre_tokenizers.Metaspace(prepend_scheme="first", split=False),
        decoder=decoders.Sequence([decoders.ByteFallback(), decoders.Metaspace(prepend_scheme="first")]), added=ADDED[2:]),
    "byte-normalized": lambda: train(
        models.BPE(), bpe(initial_alphabet=pre_tokenizers.ByteLevel.alphabet()), normalizer=normalizers.ByteLevel(),
        decoder=decoders.ByteLevel()),
    "words-nfd": lambda: word_level(
        pre_tokenizers.Sequence([pre_tokenizers.UnicodeScripts(), pre_tokenizers.Punctuation("merged_with_previous")]),
        normalizers.Sequence([normalizers.NFD(), normalizers.StripAccents()])),
    "words-nfkd": lambda: word_level(
        pre_tokenizers.Sequence([pre_tokenizers.CharDelimiterSplit(" "), pre_tokenizers.Digits(False)]), normalizers.NFKD(),
        decoders.CTC(pad_token="the")),
    "fixed": lambda: word_level(pre_tokenizers.FixedLength(length=2), normalizers.Strip(right=False)),
}
for _behavior in ["removed", "isolated", "merged_with_previous", "merged_with_next", "contiguous"]:
    for _invert in [False, True]:
        MAKERS[f"split-{_behavior}{'-inverted' if _invert else ''}"] = lambda b=_behavior, i=_invert: word_level(
            pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(r"[\s\p{P}]|(?<=a)b|\bcat"), b, i),
                                     pre_tokenizers.Split("e", b, i)]))


def main():
    FIXTURES.mkdir(parents=True, exist_ok=True)
    random = SplitMix(42)
    texts = [random_text(random) for _ in range(NUM_RANDOM)]
    texts += sentencepiece_vectors.texts()[:200]
    (FIXTURES / "kinds.json").write_text(json.dumps(KINDS) + "\n")
    for name, make in MAKERS.items():
        path = FIXTURES / f"{name}.json"
        if not path.exists():
            tokenizer = make()
            path.write_text(json.dumps(json.loads(tokenizer.to_str()), ensure_ascii=True, separators=(",", ":")) + "\n")
        vectors(name, Tokenizer.from_file(str(path)), texts)


if __name__ == "__main__":
    main()
