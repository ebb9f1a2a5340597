"""Makes the tiny LLaMA checkpoints under Tests/Fixtures/llama and what they must generate.

Every variant is a randomly initialised LlamaForCausalLM with one feature of the family switched on. The expected
token ids and log-probabilities are computed by transformers from the stored (rounded) weights, without cache, in
double precision where transformers does not itself fall back to float32 (norms, rotary tables, softmax).

Needs torch, transformers and safetensors. Usage: python3 Tests/Tools/make_llama_goldens.py
"""

import json
import shutil
from pathlib import Path

import torch
import transformers
from safetensors.torch import load_file
from transformers import LlamaConfig, LlamaForCausalLM

FIXTURES = Path(__file__).resolve().parent.parent / "Fixtures" / "llama"
PROMPT_LENGTHS = [1, 4, 17, 90]
NEW_TOKENS = 24
# A float32 engine must not flip a greedy choice by rounding, so seeds with closer calls are passed over.
SMALLEST_MARGIN = 0.01

BASE = dict(
    vocab_size=96, hidden_size=64, intermediate_size=96, num_hidden_layers=2, num_attention_heads=8,
    num_key_value_heads=2, max_position_embeddings=256, rms_norm_eps=1e-5, tie_word_embeddings=False,
    bos_token_id=1, eos_token_id=2,
)
LLAMA3 = dict(
    rope_type="llama3", rope_theta=10000.0, factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
    original_max_position_embeddings=64,
)
LINEAR = dict(rope_type="linear", rope_theta=10000.0, factor=2.0)
VARIANTS = {
    "gqa": {},
    "biases": dict(attention_bias=True, mlp_bias=True),
    "tied": dict(tie_word_embeddings=True),
    "llama3-rope": dict(rope_parameters=LLAMA3),
    "linear-rope": dict(rope_parameters=LINEAR),
    "head-dim": dict(head_dim=24, num_attention_heads=4, intermediate_size=64),
}
STORED_AS = {"gqa-bf16": torch.bfloat16, "gqa-f16": torch.float16}
ALSO_AS_BIN = ["gqa", "tied"]


def randomise(model, seed):
    """Weights large enough that logits vary, biases and norms away from zero and one so that they matter."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            parameter.copy_(1 + 0.1 * noise if "norm" in name else 0.2 * noise)


def logits_of(model, ids):
    with torch.no_grad():
        return model(input_ids=torch.tensor([ids]), use_cache=False).logits[0].double()


def golden_case(model, prompt):
    prompt_logprobs = torch.log_softmax(logits_of(model, prompt), dim=-1)
    case = {
        "prompt_token_ids": prompt,
        "prompt_logprobs": [None] + [prompt_logprobs[i, t].item() for i, t in enumerate(prompt[1:])],
        "token_ids": [], "logprobs": [], "margins": [],
    }
    ids = list(prompt)
    for _ in range(NEW_TOKENS):
        logprobs = torch.log_softmax(logits_of(model, ids)[-1], dim=-1)
        top = torch.topk(logprobs, 2)
        ids.append(top.indices[0].item())
        case["token_ids"].append(ids[-1])
        case["logprobs"].append(top.values[0].item())
        case["margins"].append((top.values[0] - top.values[1]).item())
    return case


def float32_difference(model, cases):
    """Largest difference of a log-probability when the same model runs in float32: what an engine may be off by."""
    model = model.float()
    worst = 0.0
    for case in cases:
        ids = case["prompt_token_ids"] + case["token_ids"]
        logprobs = torch.log_softmax(logits_of(model, ids), dim=-1)
        start = len(case["prompt_token_ids"]) - 1
        for step, (token, expected) in enumerate(zip(case["token_ids"], case["logprobs"])):
            worst = max(worst, abs(logprobs[start + step, token].item() - expected))
    return worst


def prompts(vocabulary):
    generator = torch.Generator().manual_seed(7)
    return [torch.randint(3, vocabulary, (n,), generator=generator).tolist() for n in PROMPT_LENGTHS]


def write_config(source, folder):
    folder.mkdir(parents=True)
    shutil.copy(source / "config.json", folder / "config.json")


def make(name, changes, dtype):
    config = LlamaConfig(**{**BASE, **changes})
    config._attn_implementation = "eager"
    folder = FIXTURES / name
    for seed in range(1000):
        model = LlamaForCausalLM(config).eval()
        randomise(model, seed)
        model = model.to(dtype)
        exact = LlamaForCausalLM(config).eval()
        exact.load_state_dict(model.state_dict())
        exact = exact.double()
        cases = [golden_case(exact, prompt) for prompt in prompts(config.vocab_size)]
        if min(min(case["margins"]) for case in cases) >= SMALLEST_MARGIN:
            break
    else:
        raise SystemExit(f"{name}: no seed with margins of at least {SMALLEST_MARGIN}")

    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)
    (folder / "model.safetensors").chmod(0o644)
    stored = load_file(folder / "model.safetensors")
    assert all(tensor.dtype == dtype for tensor in stored.values())
    if name in ALSO_AS_BIN:
        beside = FIXTURES / f"{name}-bin"
        shutil.rmtree(beside, ignore_errors=True)
        write_config(folder, beside)
        torch.save(model.state_dict(), beside / "pytorch_model.bin")

    golden = {
        "transformers": transformers.__version__, "torch": torch.__version__, "seed": seed,
        "arithmetic": "float64; norms, rotary tables and softmax in float32, as transformers does them",
        "float32_max_difference": float32_difference(exact, cases),
        "cases": cases,
    }
    (folder / "golden.json").write_text(json.dumps(golden) + "\n")
    margin = min(min(case["margins"]) for case in cases)
    print(f"{name}: seed {seed}, smallest margin {margin:.4f}, float32 off by {golden['float32_max_difference']:.2e}")


def main():
    torch.set_num_threads(1)
    for name, changes in VARIANTS.items():
        make(name, changes, torch.float32)
    for name, dtype in STORED_AS.items():
        make(name, VARIANTS[name.rsplit("-", 1)[0]], dtype)


if __name__ == "__main__":
    main()
