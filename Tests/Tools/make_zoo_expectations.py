"""What transformers says to an entry of the zoo, and what rounding its weights costs there.

    python3 Tests/Tools/make_zoo_expectations.py ModelZoo/NAME [--rounding-only]

Writes `expected.json` and the fields `expected` and `rounding` of `entry.json`. The folder holds a model that transformers
opens. Prompts are the entry's own and a few of its beginnings; `--rounding-only` keeps the expectations that are there.
Needs torch, transformers and gguf. Seeded entries are made by `Tests/Tools/architectures/make_zoo.py`.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from gguf import GGMLQuantizationType
from gguf.quants import dequantize, quantize
from transformers import AutoModelForCausalLM, AutoTokenizer

NEW_TOKENS = 32


def blocks(kind):
    return lambda rows: torch.from_numpy(dequantize(quantize(rows.numpy(), kind), kind))


ROUNDINGS = {
    "bf16": lambda rows: rows.bfloat16().float(),
    "q8_0": blocks(GGMLQuantizationType.Q8_0),
    "q4_0": blocks(GGMLQuantizationType.Q4_0),
}


def logprobs_after(model, tokens):
    with torch.no_grad():
        return torch.log_softmax(model(torch.tensor([tokens]), use_cache=False).logits[0].double(), -1)


def continuation(model, prompt, tokens):
    case = {"prompt": prompt, "prompt_token_ids": list(tokens), "token_ids": [], "logprobs": [], "margins": []}
    end = model.generation_config.eos_token_id
    ends = set(end if isinstance(end, list) else [end])
    while len(case["token_ids"]) < NEW_TOKENS and not ends & set(case["token_ids"][-1:]):
        last = logprobs_after(model, case["prompt_token_ids"] + case["token_ids"])[-1]
        best = torch.topk(last, 2)
        case["token_ids"].append(int(best.indices[0]))
        case["logprobs"].append(round(best.values[0].item(), 6))
        case["margins"].append(round((best.values[0] - best.values[1]).item(), 6))
    return case


def given(model, case):
    """Log-probabilities of the expected tokens, all of them given."""
    prompt, tokens = case["prompt_token_ids"], case["token_ids"]
    rows = logprobs_after(model, prompt + tokens)[len(prompt) - 1 : -1]
    return rows.gather(1, torch.tensor(tokens)[:, None])[:, 0].numpy()


def prompts(folder, entry):
    text = entry.get("prompt") or "1"
    if all(word.isdigit() for word in text.split()):
        ids = [int(word) for word in text.split()]
        return [(None, ids[:length]) for length in sorted({1, len(ids)})]
    tokenizer = AutoTokenizer.from_pretrained(folder)
    words = text.split()
    texts = [" ".join(words[:length]) for length in sorted({1, (len(words) + 1) // 2, len(words)})]
    return [(text, tokenizer.encode(text)) for text in texts]


def rounding(model, cases):
    costs = {}
    matrices = {name: value.data.clone() for name, value in model.named_parameters() if value.dim() == 2}
    for kind, function in ROUNDINGS.items():
        for name, value in model.named_parameters():
            if name in matrices:
                value.data.copy_(function(matrices[name]))
        differences = np.concatenate([np.abs(given(model, case) - case["logprobs"]) for case in cases])
        costs[kind] = float(f"{differences.mean():.3g}")
    return costs


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounding-only", action="store_true")
    arguments = parser.parse_args()
    path = arguments.folder / "entry.json"
    entry = json.loads(path.read_text(encoding="utf-8"))
    model = AutoModelForCausalLM.from_pretrained(arguments.folder, dtype=torch.float32).eval()
    if arguments.rounding_only:
        cases = json.loads((arguments.folder / entry["expected"]).read_text(encoding="utf-8"))
    else:
        entry["expected"] = "expected.json"
        cases = [continuation(model, *prompt) for prompt in prompts(arguments.folder, entry)]
        lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
        (arguments.folder / entry["expected"]).write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    entry["rounding"] = rounding(model, cases)
    fields = ",\n".join(f"  {json.dumps(key)}: {json.dumps(entry[key], ensure_ascii=False)}" for key in entry)
    path.write_text(f"{{\n{fields}\n}}\n", encoding="utf-8")
    print(entry["rounding"])
