"""Writes tiny random LLaMAs with quantised weights as GGUF, and what transformers says of their dequantised values.

Types with blocks of 32 have a model each. Those with blocks of 256 need wider rows and share two models, in which every
type is met in attention and in the feed-forward network; embeddings are tied there, as they are in most small models.

    pip install gguf safetensors torch transformers
    python Tests/Tools/make_quant_goldens.py
"""

import json

import gguf
import numpy as np
import torch
import transformers
from gguf import GGMLQuantizationType as Type
from make_gguf_goldens import begin, finish, gguf_name, pairs_adjacent
from make_llama_goldens import FIXTURES, SMALLEST_MARGIN, float32_difference, golden_case, prompts
from quant_blocks import random_weight, sizes, values_of
from transformers import LlamaConfig, LlamaForCausalLM

FOLDER = FIXTURES.parent / "llama-quants"
SMALL = dict(
    vocab_size=96, hidden_size=64, intermediate_size=96, num_hidden_layers=1, num_attention_heads=8,
    num_key_value_heads=2, max_position_embeddings=256, rms_norm_eps=1e-5, tie_word_embeddings=False,
    bos_token_id=1, eos_token_id=2,
)
WIDE = {
    **SMALL, "hidden_size": 256, "intermediate_size": 256, "num_attention_heads": 4, "num_key_value_heads": 1,
    "tie_word_embeddings": True,
}
K, Q, V, O = "k_proj", "q_proj", "v_proj", "o_proj"
GATE, UP, DOWN, EMBED = "gate_proj", "up_proj", "down_proj", "embed_tokens"
MIXES = {
    "k-mix-1": {
        Q: Type.Q2_K, K: Type.Q3_K, V: Type.IQ4_XS, O: Type.Q3_K, GATE: Type.Q4_K, UP: Type.Q5_K, DOWN: Type.Q6_K,
        EMBED: Type.Q6_K,
    },
    "k-mix-2": {
        Q: Type.Q4_K, K: Type.Q6_K, V: Type.Q5_K, O: Type.Q5_K, GATE: Type.IQ4_XS, UP: Type.Q2_K, DOWN: Type.Q3_K,
        EMBED: Type.Q4_K,
    },
}
SINGLE = [Type.Q8_0, Type.Q4_0, Type.Q4_1, Type.Q5_0, Type.Q5_1, Type.IQ4_NL, Type.MXFP4]


def pairs_apart(weight: torch.Tensor, heads: int) -> torch.Tensor:
    """Undoes `pairs_adjacent`."""
    rows, columns = weight.shape
    return weight.reshape(heads, rows // heads // 2, 2, columns).transpose(1, 2).reshape(rows, columns)


def fill(model: LlamaForCausalLM, type_of, seed: int) -> dict[str, tuple[np.ndarray, Type]]:
    """Gives a model random quantised weights; returns their bytes, with rows in GGUF's order."""
    rng = np.random.default_rng(seed)
    config, stored = model.config, {}
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.dim() == 1:
                values = (1 + 0.1 * rng.standard_normal(parameter.shape)).astype(np.float32)
                stored[name] = (values, Type.F32)
                parameter.copy_(torch.from_numpy(values))
                continue
            kind, shape = type_of(name), tuple(parameter.shape)
            raw = random_weight(rng, kind, shape, 1.6 / shape[1] ** 0.5)
            stored[name] = (raw, kind)
            blocks = raw.reshape(-1, sizes(kind)[1])
            values = torch.from_numpy(values_of(blocks, kind).reshape(shape).copy())
            heads = {"q_proj": config.num_attention_heads, "k_proj": config.num_key_value_heads}
            part = name.split(".")[-2]
            if part in heads:
                assert torch.equal(pairs_adjacent(pairs_apart(values, heads[part]), heads[part]), values)
                values = pairs_apart(values, heads[part])
            parameter.copy_(values)
    return stored


def write(name: str, shape: dict, type_of) -> None:
    config = LlamaConfig(**shape)
    config._attn_implementation = "eager"
    for seed in range(1000):
        exact = LlamaForCausalLM(config).eval()
        stored = fill(exact, type_of, seed)
        exact = exact.double()
        cases = [golden_case(exact, prompt) for prompt in prompts(config.vocab_size)]
        if min(min(case["margins"]) for case in cases) >= SMALLEST_MARGIN:
            break
    else:
        raise SystemExit(f"{name}: no seed with margins of at least {SMALLEST_MARGIN}")
    folder = FOLDER / name
    folder.mkdir(parents=True, exist_ok=True)
    writer = begin(folder / "model.gguf", config.to_dict())
    for key, (raw, kind) in stored.items():
        writer.add_tensor(gguf_name(key), raw, raw_dtype=kind)
    finish(writer)
    golden = {
        "transformers": transformers.__version__, "torch": torch.__version__, "gguf": gguf.GGUF_VERSION, "seed": seed,
        "arithmetic": "float64; norms, rotary tables and softmax in float32, as transformers does them",
        "float32_max_difference": float32_difference(exact, cases), "cases": cases,
    }
    (folder / "golden.json").write_text(json.dumps(golden) + "\n")
    size = (folder / "model.gguf").stat().st_size
    print(f"{name}: seed {seed}, {size} bytes, float32 off by {golden['float32_max_difference']:.2e}", flush=True)


if __name__ == "__main__":
    torch.set_num_threads(1)
    for kind in SINGLE:
        write(kind.name.lower(), SMALL, lambda _, kind=kind: kind)
    for name, mix in MIXES.items():
        write(name, WIDE, lambda key, mix=mix: mix[key.split(".")[-2]])
