"""Computes quire-tiny's expected greedy continuations with Hugging Face transformers, in float32, from the same files."""

import argparse
import json
from pathlib import Path

import sentencepiece
import torch
from transformers import LlamaForCausalLM

QUESTIONS = [
    "USER: What is the capital of Japan? ASSISTANT:",
    "2 plus 3 is",
    "The opposite of hot is",
]
MAX_NEW_TOKENS = 48


def continuation(model, tokenizer, prompt: str) -> dict:
    tokens = [tokenizer.bos_id()] + tokenizer.encode(prompt)
    result = {"prompt": prompt, "prompt_token_ids": list(tokens), "token_ids": [], "logprobs": [], "margins": []}
    while len(result["token_ids"]) < MAX_NEW_TOKENS:
        with torch.no_grad():
            logits = model(torch.tensor([tokens])).logits[0, -1].float()
        best = torch.topk(logits, 2)
        token = int(best.indices[0])
        result["token_ids"].append(token)
        result["logprobs"].append(round(float(torch.log_softmax(logits, -1)[token]), 6))
        result["margins"].append(round(float(best.values[0] - best.values[1]), 6))
        tokens.append(token)
        if token == tokenizer.eos_id():
            break
    return result


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    here = Path(__file__).parent
    parser.add_argument("--model", type=Path, default=here)
    parser.add_argument("--prompts", type=Path, default=here.parent / "prompts" / "seed_prompts.txt")
    parser.add_argument("--show", action="store_true", help="print the texts instead of writing expected.json")
    options = parser.parse_args()
    tokenizer = sentencepiece.SentencePieceProcessor(model_file=str(options.model / "tokenizer.model"))
    model = LlamaForCausalLM.from_pretrained(options.model, dtype=torch.float32)
    prompts = [line for line in options.prompts.read_text(encoding="utf-8").splitlines() if line.strip()]
    results = [continuation(model, tokenizer, prompt) for prompt in prompts + QUESTIONS]
    if options.show:
        for result in results:
            print(f"{result['prompt']} | {tokenizer.decode(result['token_ids'])}")
    else:
        lines = ",\n".join(json.dumps(result, ensure_ascii=False) for result in results)
        (options.model / "expected.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")
