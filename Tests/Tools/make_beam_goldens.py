"""Makes the beam searches under Tests/Fixtures/beam: what transformers' own generate returns for given settings.

There is one file for each model: random checkpoints of Tests/Fixtures/llama and the embedded ModelZoo/quire-tiny.
A case holds the prompt, the settings and every returned hypothesis, best first, with its score: the sum of the
log-probabilities of its tokens divided by their number to the power of the length penalty, the stop token included
in both. A setting that is absent is off. eos_token_ids is empty where every hypothesis runs to max_new_tokens, and
num_return_sequences is num_beams unless given.

The weights are widened to double precision; transformers itself falls back to float32 for norms, rotary tables,
log-softmax and the accumulated scores. Prompts and stop tokens are searched for so that hypotheses really stop early
and so that the values of early_stopping lead to different results where they can. A case that float32 arithmetic or
a little noise on the log-probabilities decides otherwise is passed over, since an engine could not be blamed for it.

Needs torch, transformers, safetensors, sentencepiece and protobuf.
Usage: python3 Tests/Tools/make_beam_goldens.py [gqa | tied | head-dim | quire-tiny ...]   (all of them by default)
"""

import json
import random
import sys
from collections import Counter
from itertools import count, cycle, islice
from pathlib import Path

import sentencepiece
import torch
import transformers
from transformers import GenerationConfig, LlamaForCausalLM, LlamaTokenizer, LogitsProcessor, LogitsProcessorList

ROOT = Path(__file__).resolve().parent.parent.parent
FIXTURES = ROOT / "Tests" / "Fixtures"
ZOO = ROOT / "ModelZoo"
RANDOM_MODELS = ["gqa", "tied", "head-dim"]
EMBEDDED = "quire-tiny"
QUESTIONS = ["USER: What is the capital of Japan? ASSISTANT:", "2 plus 3 is", "The opposite of hot is"]

WIDTHS = [2, 4, 8]
EARLY_STOPPING = [False, True, "never"]
LENGTH_PENALTIES = [1.0, 0.0, 2.0, -1.0]
RANDOM_SWEEP = [(width, penalty) for width in WIDTHS for penalty in LENGTH_PENALTIES]
EMBEDDED_SWEEP = [(2, 1.0), (4, 1.0), (8, 2.0), (4, -1.0), (8, 0.0)]
PROMPT_LENGTHS = [1, 5, 17, 40]
RANDOM_NEW_TOKENS = [16, 10, 24, 32, 6]
EMBEDDED_NEW_TOKENS = [32, 24, 16, 28]
ATTEMPTS = 12

PROCESSORS = ["repetition_penalty", "bad_words_ids", "min_new_tokens"]
SCORE_TOLERANCE = 1e-5
RECOMPUTED_TOLERANCE = 1e-6
NOISE = 1e-4
NOISY_RUNS = 3


class Noise(LogitsProcessor):
    def __init__(self, seed):
        self.generator = torch.Generator().manual_seed(seed)

    def __call__(self, input_ids, scores):
        return scores + NOISE * torch.randn(scores.shape, generator=self.generator, dtype=scores.dtype)


class Subject:
    """A model in both precisions, with prompts and stop tokens to try."""

    def __init__(self, name):
        self.name = name
        self.embedded = name == EMBEDDED
        folder = ZOO / name if self.embedded else FIXTURES / "llama" / name
        self.exact, self.single = self.load(folder).double(), self.load(folder)
        self.vocabulary = self.exact.config.vocab_size
        self.random = random.Random(f"beam {name}")
        self.passed_over = 0
        self.tokenizer = None
        if self.embedded:
            self.pieces = sentencepiece.SentencePieceProcessor(model_file=str(folder / "tokenizer.model"))
            self.tokenizer = LlamaTokenizer.from_pretrained(folder)
            lines = (ZOO / "prompts" / "seed_prompts.txt").read_text(encoding="utf-8").splitlines()
            texts = QUESTIONS + [line for line in lines if line.strip()]
            self.random.shuffle(texts)
            self.texts = cycle(texts)

    def load(self, folder):
        model = LlamaForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
        model.generation_config = GenerationConfig()
        return model

    def prompt(self, length):
        if not self.embedded:
            ids = [self.random.randrange(3, self.vocabulary) for _ in range(length)]
            return {"prompt_token_ids": ids, "prompt": None}
        text = next(self.texts)
        return {"prompt_token_ids": [self.pieces.bos_id()] + self.pieces.encode(text), "prompt": text}

    def stop_tokens(self, prompt, how_many, width, new_tokens):
        """Tokens that beams like to generate; for the embedded model the real one, and the full stop as a second."""
        if self.embedded:
            return [self.pieces.eos_id(), self.pieces.encode("is.")[-1]][:how_many]
        free = self.search(prompt | settings(width, False, 1.0, new_tokens, []))
        likely = Counter(token for found in free for token in found["token_ids"][1:]).most_common(4 + how_many)
        return sorted(self.random.sample([token for token, _ in likely], min(how_many, len(likely))))

    def search(self, case, model=None, noise=None):
        ids = torch.tensor([case["prompt_token_ids"]])
        optional = {key: case[key] for key in PROCESSORS if key in case}
        if "stop_strings" in case:
            optional |= {"stop_strings": case["stop_strings"], "tokenizer": self.tokenizer}
        if noise is not None:
            optional["logits_processor"] = LogitsProcessorList([Noise(noise)])
        result = (model or self.exact).generate(
            ids, attention_mask=torch.ones_like(ids), do_sample=False, output_scores=True,
            return_dict_in_generate=True, num_beams=case["num_beams"],
            num_return_sequences=case.get("num_return_sequences", case["num_beams"]),
            early_stopping=case["early_stopping"], length_penalty=case["length_penalty"],
            max_new_tokens=case["max_new_tokens"], eos_token_id=case["eos_token_ids"] or None, pad_token_id=0,
            **optional,
        )
        # Beyond the end of a hypothesis the sequence is filled, and its beam indices are -1.
        lengths = (result.beam_indices >= 0).sum(dim=1).tolist()
        rows = result.sequences[:, ids.shape[1]:].tolist()
        return [
            {"token_ids": row[:length], "score": float(f"{score:.8g}")}
            for row, length, score in zip(rows, lengths, result.sequences_scores.tolist())
        ]


def settings(width, early_stopping, length_penalty, new_tokens, stop_tokens, **optional):
    return {
        "num_beams": width, "early_stopping": early_stopping, "length_penalty": length_penalty,
        "max_new_tokens": new_tokens, "eos_token_ids": stop_tokens, **optional,
    }


def ids_of(hypotheses):
    return [found["token_ids"] for found in hypotheses]


def stopped_by_token(case):
    return sum(found["token_ids"][-1] in case["eos_token_ids"] for found in case["hypotheses"])


def stopped_by_string(case):
    early = [found for found in case["hypotheses"] if len(found["token_ids"]) < case["max_new_tokens"]]
    return sum(found["token_ids"][-1] not in case["eos_token_ids"] for found in early)


def close(a, b, tolerance):
    return abs(a - b) <= tolerance * max(1.0, abs(b))


def is_clear(subject, case):
    """Whether float32 arithmetic and noise leave the result as it is."""
    expected = case["hypotheses"]
    single = subject.search(case, model=subject.single)
    if ids_of(single) != ids_of(expected):
        return False
    if not all(close(a["score"], b["score"], SCORE_TOLERANCE) for a, b in zip(single, expected)):
        return False
    return all(ids_of(subject.search(case, noise=seed)) == ids_of(expected) for seed in range(NOISY_RUNS))


def check(subject, case):
    """Every hypothesis must have ended for a reason, and its score must be that of a plain forward pass."""
    hypotheses = case["hypotheses"]
    scores = [found["score"] for found in hypotheses]
    assert scores == sorted(scores, reverse=True) and scores[-1] > -1e8
    assert len({tuple(ids) for ids in ids_of(hypotheses)}) == len(hypotheses)
    for found in hypotheses:
        tokens = found["token_ids"]
        assert not set(tokens[:-1]) & set(case["eos_token_ids"])
        if "stop_strings" in case:
            text = subject.pieces.decode(tokens)
            full = len(tokens) == case["max_new_tokens"]
            assert full or tokens[-1] in case["eos_token_ids"] or any(stop in text for stop in case["stop_strings"])
        else:
            assert len(tokens) == case["max_new_tokens"] or tokens[-1] in case["eos_token_ids"]
        if any(key in case for key in PROCESSORS):
            continue
        prompt = case["prompt_token_ids"]
        with torch.no_grad():
            logits = subject.exact(input_ids=torch.tensor([prompt + tokens]), use_cache=False).logits[0]
        # generate rounds logits to float32 before it takes their log-softmax.
        logprobs = torch.log_softmax(logits[len(prompt) - 1:-1].float(), dim=-1).double()
        total = logprobs.gather(1, torch.tensor(tokens)[:, None]).sum().item()
        assert close(found["score"], total / len(tokens) ** case["length_penalty"], RECOMPUTED_TOLERANCE), case


def choose(subject, attempts, worth):
    """The cases of the most worthwhile attempt that is clear; attempts are lists of cases still without results."""
    tried = []
    for cases in islice(attempts, 10 * ATTEMPTS):
        for case in cases:
            case["hypotheses"] = subject.search(case)
        tried.append((worth(cases), cases))
        if len(tried) >= ATTEMPTS and any(value > 0 for value, _ in tried):
            break
    for value, cases in sorted(tried, key=lambda pair: pair[0], reverse=True):
        if value > 0 and all(is_clear(subject, case) for case in cases):
            for case in cases:
                check(subject, case)
            return cases
        subject.passed_over += 1
    raise SystemExit(f"{subject.name}: no clear case in {len(tried)} attempts at {tried[0][1][0]}")


def sweep(subject):
    """For each width and length penalty, one search with every value of early_stopping."""
    new_tokens = cycle(EMBEDDED_NEW_TOKENS if subject.embedded else RANDOM_NEW_TOKENS)
    stop_counts = cycle([1, 2] if subject.embedded else [1, 2, 1, 3])
    lengths = cycle(PROMPT_LENGTHS[1:] + PROMPT_LENGTHS[:1])
    cases = []

    def worth(cases):
        different = len({json.dumps(ids_of(case["hypotheses"])) for case in cases})
        stopped = sum(map(stopped_by_token, cases))
        return 1000 * different + stopped if stopped else 0

    for width, penalty in EMBEDDED_SWEEP if subject.embedded else RANDOM_SWEEP:
        limit, stop_count, length = next(new_tokens), next(stop_counts), next(lengths)

        def attempts():
            while True:
                prompt = subject.prompt(length)
                stop = subject.stop_tokens(prompt, stop_count, width, limit)
                yield [prompt | settings(width, early, penalty, limit, stop) for early in EARLY_STOPPING]

        cases += choose(subject, attempts(), worth)
    return cases


def single(subject, worth, length, width, early_stopping, penalty, limit, stop_count, **optional):
    def attempts():
        while True:
            prompt = subject.prompt(length)
            stop = subject.stop_tokens(prompt, stop_count, width, limit) if stop_count else []
            yield [prompt | settings(width, early_stopping, penalty, limit, stop, **optional)]

    return choose(subject, attempts(), lambda cases: worth(cases[0]))


def unstopped(subject):
    chosen = [(4, True, 0.0)] if subject.embedded else [(2, False, 1.0), (4, "never", 2.0), (8, True, -1.0)]
    cases = []
    for (width, early, penalty), length, limit in zip(chosen, [5, 17, 1], [16, 12, 6]):
        cases += single(subject, lambda case: 1, length, width, early, penalty, limit, 0)
    return cases


def best_only(subject):
    return single(
        subject, lambda case: stopped_by_token(case), 5, 2, False, 1.0, 20, 1, num_return_sequences=1)


def processed(subject):
    """Cases with logits processors, each of which changes the outcome."""
    def matters(case):
        plain = {key: value for key, value in case.items() if key not in PROCESSORS}
        changed = ids_of(subject.search(plain)) != ids_of(case["hypotheses"])
        return stopped_by_token(case) if changed else 0

    def banning(length, width, early, penalty, limit, stop_count):
        while True:
            prompt = subject.prompt(length)
            stop = subject.stop_tokens(prompt, stop_count, width, limit)
            case = prompt | settings(width, early, penalty, limit, stop)
            best = [token for token in subject.search(case)[0]["token_ids"] if token not in stop]
            if len(best) >= 4:
                yield [case | {"bad_words_ids": [[best[3]], best[:2]]}]

    cases = single(subject, matters, 17, 4, False, 1.0, 20, 1, repetition_penalty=1.3)
    cases += single(subject, matters, 5, 8, "never", 1.0, 20, 2, min_new_tokens=5)
    cases += choose(subject, banning(5, 4, True, 1.0, 20, 1), lambda cases: matters(cases[0]))
    if not subject.embedded:
        cases += single(subject, matters, 40, 2, True, 0.0, 12, 3, repetition_penalty=1.3, min_new_tokens=5)
    return cases


def crowded(subject):
    """The likeliest first tokens all stop: beams go on only because more stop tokens keep more candidates."""
    def attempts(penalty):
        while True:
            prompt = subject.prompt(5)
            firsts = settings(4, True, 1.0, 1, [])
            stop = sorted(ids[0] for ids in ids_of(subject.search(prompt | firsts))[:3])
            yield [prompt | settings(2, "never", penalty, 12, stop)]

    def worth(cases):
        return sum(len(ids) > 1 for ids in ids_of(cases[0]["hypotheses"]))

    return choose(subject, attempts(1.0), worth) + choose(subject, attempts(2.0), worth)


def stopped_at_strings(subject):
    """Stop strings cut out of what would be generated: a whole word, and one that ends within a word."""
    def attempts(width, early, within):
        for _ in count():
            prompt = subject.prompt(None)
            case = prompt | settings(width, early, 1.0, 24, [subject.pieces.eos_id()])
            words = subject.pieces.decode(subject.search(case)[-1]["token_ids"]).split()
            if len(words) < 6:
                continue
            stop = f"{words[3]} {words[4][:2]}" if within else words[4].strip(".,")
            # The text before the first generated token is no matter of the stop string.
            if stop and not any(prompt["prompt"].endswith(stop[:n]) for n in range(1, len(stop) + 1)):
                yield [case | {"stop_strings": [stop, "xyzzy"]}]

    cases = choose(subject, attempts(4, False, False), lambda cases: stopped_by_string(cases[0]))
    return cases + choose(subject, attempts(2, True, True), lambda cases: stopped_by_string(cases[0]))


def make(name):
    subject = Subject(name)
    cases = sweep(subject) + unstopped(subject) + best_only(subject) + processed(subject)
    cases += stopped_at_strings(subject) if subject.embedded else crowded(subject)
    head = json.dumps({"transformers": transformers.__version__, "torch": torch.__version__})[:-1]
    lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
    folder = FIXTURES / "beam"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.json").write_text(f'{head}, "cases": [\n{lines}\n]}}\n', encoding="utf-8")
    hypotheses = sum(len(case["hypotheses"]) for case in cases)
    print(
        f"{name}: {len(cases)} cases, {hypotheses} hypotheses, {sum(map(stopped_by_token, cases))} ended by a stop "
        f"token, {sum(map(stopped_by_string, cases))} by a stop string; "
        f"{subject.passed_over} unclear attempts passed over")


def main():
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    for name in sys.argv[1:] or RANDOM_MODELS + [EMBEDDED]:
        make(name)


if __name__ == "__main__":
    main()
