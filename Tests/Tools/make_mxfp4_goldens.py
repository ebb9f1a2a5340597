"""Writes a tiny random gpt-oss with experts in MXFP4, as OpenAI's checkpoints have them, and what transformers says.

transformers gets the dequantised experts, inputs first, and the other weights as they are rounded to bf16.

    pip install numpy safetensors torch transformers
    python Tests/Tools/make_mxfp4_goldens.py
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
import transformers
from make_llama_goldens import FIXTURES, SMALLEST_MARGIN, float32_difference, golden_case, prompts
from safetensors.torch import save_file
from transformers import GptOssConfig, GptOssForCausalLM
from transformers.integrations.mxfp4 import convert_moe_packed_tensors

sys.path.insert(0, str(Path(__file__).resolve().parent / "architectures"))
from continuation import SMALLEST_ROUTING_MARGIN, routing_margin  # noqa: E402

FOLDER = FIXTURES.parent / "gpt-oss-mxfp4"
# Rows of two and of three blocks, so that no size stands for another.
SHAPE = dict(
    vocab_size=96, hidden_size=64, intermediate_size=96, num_hidden_layers=1, num_attention_heads=4,
    num_key_value_heads=2, head_dim=8, num_local_experts=4, num_experts_per_tok=2, sliding_window=32,
    layer_types=["sliding_attention"], max_position_embeddings=256, rms_norm_eps=1e-5, tie_word_embeddings=False,
    attention_bias=True, hidden_act="silu", swiglu_limit=2.0, bos_token_id=1, eos_token_id=2, pad_token_id=0,
    rope_parameters=dict(
        rope_type="yarn", rope_theta=150000.0, factor=8.0, beta_fast=32.0, beta_slow=1.0, truncate=False,
        original_max_position_embeddings=64),
)
QUANTIZATION = {
    "quant_method": "mxfp4",
    "modules_to_not_convert": [
        "model.layers.*.self_attn", "model.layers.*.mlp.router", "model.embed_tokens", "lm_head",
    ],
}
MAGNITUDES = np.array([0, 0.5, 1, 1.5, 2, 3, 4, 6])
BLOCK = 32


def mxfp4(weight):
    """Codes and exponents of `[experts, outputs, inputs]` as the checkpoints lay them out, and their values."""
    blocks = weight.reshape(*weight.shape[:-1], -1, BLOCK)
    exponents = np.floor(np.log2(np.abs(blocks).max(-1))).astype(int) - 2
    scaled = blocks / np.exp2(exponents)[..., None]
    codes = np.abs(np.abs(scaled)[..., None] - MAGNITUDES).argmin(-1)
    negative = scaled < 0
    values = np.where(negative, -1, 1) * MAGNITUDES[codes] * np.exp2(exponents)[..., None]
    codes = (codes + 8 * negative).astype(np.uint8)
    packed = codes[..., 0::2] | codes[..., 1::2] << 4
    return packed, (exponents + 127).astype(np.uint8), values.reshape(weight.shape)


def fill(model, seed):
    """Gives a model random weights as they are stored; returns the checkpoint's tensors."""
    rng, tensors = np.random.default_rng(seed), {}
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            noise = rng.standard_normal(parameter.shape)
            if name.endswith(("experts.gate_up_proj", "experts.down_proj")):
                # Rows of other sizes, so that scales differ.
                sizes = np.exp2(rng.integers(-2, 2, (*noise.shape[:1], noise.shape[2], 1)))
                packed, scales, values = mxfp4(noise.swapaxes(1, 2) * sizes * 1.2 / noise.shape[1] ** 0.5)
                tensors[name + "_blocks"] = torch.from_numpy(packed)
                tensors[name + "_scales"] = torch.from_numpy(scales)
                stored = torch.from_numpy(values).transpose(1, 2)
                known = convert_moe_packed_tensors(tensors[name + "_blocks"], tensors[name + "_scales"])
                assert torch.equal(known.double(), stored), name
            else:
                spread = 1.0 if "router.weight" in name or "sinks" in name else 0.2
                stored = torch.from_numpy(1 + 0.1 * noise if "norm" in name else spread * noise).to(torch.bfloat16)
                tensors[name] = stored
            parameter.copy_(stored)
    return tensors


def main():
    config = GptOssConfig(**SHAPE)
    config._attn_implementation = config._experts_implementation = "eager"
    for seed in range(1000):
        exact = GptOssForCausalLM(config).eval().double()
        tensors = fill(exact, seed)
        cases = [golden_case(exact, prompt) for prompt in prompts(config.vocab_size)]
        if (min(min(case["margins"]) for case in cases) >= SMALLEST_MARGIN
                and routing_margin(exact, cases) >= SMALLEST_ROUTING_MARGIN):
            break
    else:
        raise SystemExit("no seed with clear choices")
    FOLDER.mkdir(parents=True, exist_ok=True)
    file = FOLDER / "model.safetensors"
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, file, metadata={"format": "pt"})
    file.chmod(0o644)
    described = {"architectures": ["GptOssForCausalLM"], **SHAPE, "quantization_config": QUANTIZATION}
    (FOLDER / "config.json").write_text(json.dumps(described, indent=2) + "\n")
    golden = {
        "transformers": transformers.__version__, "torch": torch.__version__, "seed": seed,
        "arithmetic": "float64; norms, rotary tables and softmax in float32, as transformers does them",
        "float32_max_difference": float32_difference(exact, cases), "cases": cases,
    }
    (FOLDER / "golden.json").write_text(json.dumps(golden) + "\n")
    print(f"seed {seed}, {file.stat().st_size} bytes, float32 off by {golden['float32_max_difference']:.2e}")


if __name__ == "__main__":
    torch.set_num_threads(1)
    main()
